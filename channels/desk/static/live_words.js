// What the desk says about who is doing what, in two languages.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    doing: "我的状态", pause: "暂停", goOn: "恢复就绪", pauseWhy: "为什么暂停？", pauseHint: "按数字即可。手上有单或在通话时，办完后才开始暂停。", upTo: (time) => `最长 ${time}`,
    states: { ready: "就绪", previewing: "看单", dialling: "拨号", talking: "通话", wrap_up: "整理", paused: "暂停", signed_out: "未登录" },
    thenPause: (reason) => `办完后暂停：${reason}`, tooLong: (state, time) => `${state}已经超过 ${time}。`, paused: (reason) => `已暂停：${reason}。`, ready: "已就绪。",
    byOther: (who, what) => `${who} 把您的状态改为：${what}`,
    fresh: "客户或系统有新动静，已更新在卡片上。", assigned: "有一单已交到您手上，按 N 打开。", gone: "这一单已不在您手上。", brokenLine: "实时连接已断开，改为定时刷新。", wholeLine: "实时连接已恢复。",
  },
  en: {
    doing: "What I am doing", pause: "Pause", goOn: "Ready again", pauseWhy: "Why do you pause?", pauseHint: "A digit will do. With an order in hand or somebody on the line, the pause begins afterwards.", upTo: (time) => `up to ${time}`,
    states: { ready: "ready", previewing: "reading", dialling: "dialling", talking: "talking", wrap_up: "wrap-up", paused: "paused", signed_out: "signed out" },
    thenPause: (reason) => `then a pause: ${reason}`, tooLong: (state, time) => `You have been ${state} for more than ${time}.`, paused: (reason) => `Paused: ${reason}.`, ready: "You are ready.",
    byOther: (who, what) => `${who} has changed what you are doing: ${what}`,
    fresh: "Something has happened; the card shows it.", assigned: "An order has been given to you; press N to open it.", gone: "This one is no longer in your hands.", brokenLine: "The live line is broken; the page asks now and then.", wholeLine: "The live line is back.",
  },
};

export const liveWords = () => WORDS[inLanguage()];
