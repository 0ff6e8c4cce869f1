// What the desk says of callers who wait on the line, in two languages.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    title: "来电转入", talking: "正在通话", rings: (who) => `来电转入：${who}。您的话机正在振铃。`, withheld: "未显示号码", waits: "已等候",
    open: "打开工作卡", decline: "请别人接", hint: "接听请拿起话机：话机正在振铃，拿起即接通，页面上不用再按。", hintTalking: "手上的单登记后，按 Q 打开这位来电者的工作卡。", said: "对话", nothing: "还没有说过什么。",
    waiting: (count) => `等候 ${count} 位`, languages: { zh: "中文", en: "英语" },
    reasons: { asked: "要求人工服务", "not understood": "连续几次没有听懂" },
  },
  en: {
    title: "A caller for you", talking: "On the line", rings: (who) => `A caller for you: ${who}. Your phone is ringing.`, withheld: "number withheld", waits: "has waited",
    open: "Open the card", decline: "Leave to others", hint: "To take the call, pick up your telephone, which is ringing: there is nothing to press here.", hintTalking: "Record what is in your hands, then press Q to open this caller's card.", said: "Conversation", nothing: "Nothing was said yet.",
    waiting: (count) => `${count} on hold`, languages: { zh: "Chinese", en: "English" },
    reasons: { asked: "asked for an agent", "not understood": "was not understood several times" },
  },
};

export const callerWords = () => WORDS[inLanguage()];
