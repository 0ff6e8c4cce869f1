// What the desk says about who is doing what, in two languages.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    doing: "我的状态", pause: "暂停", goOn: "恢复就绪", pauseWhy: "为什么暂停？", pauseHint: "按数字即可。手上有单或在通话时，办完后才开始暂停。", upTo: (time) => `最长 ${time}`,
    states: { ready: "就绪", previewing: "看单", dialling: "拨号", talking: "通话", wrap_up: "整理", paused: "暂停", signed_out: "未登录" },
    thenPause: (reason) => `办完后暂停：${reason}`, tooLong: (state, time) => `${state}已经超过 ${time}。`, paused: (reason) => `已暂停：${reason}。`, ready: "已就绪。",
    left: (time) => `剩 ${time}`, wrapping: "这段时间用来整理记录，不会转入来电；到时自动就绪，取下一单也算结束。", readyNow: "现在就绪", moreTime: "再要一些时间",
    byOther: (who, what) => `${who} 把您的状态改为：${what}`,
    doingNow: "在做什么", long: { soon: "快超时", over: "超时" }, roles: { agent: "坐席", supervisor: "班长", admin: "管理员" },
    triesToday: "今日拨打", rateToday: "今日确认率", why: "原因", count: "单数", oldest: "最久", longer: (time) => `超过 ${time}`,
    waitsWhy: (seen, all) => (seen < all ? `为什么在等（等得最久的 ${seen} 单）` : "为什么在等"), waitsLong: "等了多久",
    chosen: "选中的坐席：", nobodyChosen: "未选", nobodyFree: "没有空着手的坐席可以接这一单。", becauseOf: "原因（记录在案）", becauseHint: "可不填", done: (what) => `已办：${what}`,
    acts: { unlock: "放回队列", assign: "转给他人", pause: "让其暂停", out: "让其退出" }, choices: { assign: "转给", pause: "暂停原因" },
    asks: { unlock: (who, what) => `把 ${who} 手上的 ${what} 放回队列`, assign: (who, what) => `把 ${who} 手上的 ${what} 转给他人`, pause: (who) => `让 ${who} 暂停（办完手上的再开始）`, out: (who) => `让 ${who} 退出登录` },
    look: "查订单", lookHint: "输入订单号查看任何订单；谁看过会记录在案。", orderNumber: "订单号", find: "查看",
    fresh: "客户或系统有新动静，已更新在卡片上。", assigned: "有一单已交到您手上，按 N 打开。", gone: "这一单已不在您手上。", brokenLine: "实时连接已断开，改为定时刷新。", wholeLine: "实时连接已恢复。",
  },
  en: {
    doing: "What I am doing", pause: "Pause", goOn: "Ready again", pauseWhy: "Why do you pause?", pauseHint: "A digit will do. With an order in hand or somebody on the line, the pause begins afterwards.", upTo: (time) => `up to ${time}`,
    states: { ready: "ready", previewing: "reading", dialling: "dialling", talking: "talking", wrap_up: "wrap-up", paused: "paused", signed_out: "signed out" },
    thenPause: (reason) => `then a pause: ${reason}`, tooLong: (state, time) => `You have been ${state} for more than ${time}.`, paused: (reason) => `Paused: ${reason}.`, ready: "You are ready.",
    left: (time) => `${time} left`, wrapping: "Time to write things up: nobody is put through to you. You are ready by yourself when it is over, or with the next order.", readyNow: "Ready now", moreTime: "More time",
    byOther: (who, what) => `${who} has changed what you are doing: ${what}`,
    doingNow: "Doing", long: { soon: "nearly too long", over: "too long" }, roles: { agent: "agent", supervisor: "supervisor", admin: "administrator" },
    triesToday: "calls today", rateToday: "confirmed today", why: "Why", count: "Orders", oldest: "Longest", longer: (time) => `more than ${time}`,
    waitsWhy: (seen, all) => (seen < all ? `Why they wait (the ${seen} that wait longest)` : "Why they wait"), waitsLong: "How long they wait",
    chosen: "Chosen:", nobodyChosen: "nobody", nobodyFree: "Nobody is here with empty hands to take it.", becauseOf: "Why (it is kept)", becauseHint: "optional", done: (what) => `Done: ${what}`,
    acts: { unlock: "Put back", assign: "Give away", pause: "Have pause", out: "Sign out" }, choices: { assign: "To", pause: "Reason" },
    asks: { unlock: (who, what) => `Put ${what} of ${who} back`, assign: (who, what) => `Give ${what} of ${who} to somebody else`, pause: (who) => `Have ${who} pause, when done`, out: (who) => `Sign ${who} out` },
    look: "Look up", lookHint: "Any order by its number; that you looked is kept.", orderNumber: "Order number", find: "Look",
    fresh: "Something has happened; the card shows it.", assigned: "An order has been given to you; press N to open it.", gone: "This one is no longer in your hands.", brokenLine: "The live line is broken; the page asks now and then.", wholeLine: "The live line is back.",
  },
};

export const liveWords = () => WORDS[inLanguage()];
