// What supervisors' pages say, in two languages: reports, reviews, rules. Names within a report come from the house.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    reports: "报表", reportsHint: "按大厅所在时区的日子。图里有的，表里都有；表可以下载。", from: "从", to: "到", channel: "渠道", allChannels: "全部渠道", show: "显示",
    lastDays: (n) => `近 ${n} 天`, numbers: "数字", download: "下载 CSV", nothingCounted: "这段时间没有数据。",
    rules: "规则", rulesHint: "规则是文字，改了先试用，再发布；几秒后各服务器生效。谁、何时、为什么，都记录在案。", version: (name) => `版本 ${name}`, configured: "随系统",
    books: { flags: "回访规则", guide: "坐席话术", retries: "重拨规则", calling_hours: "拨打时段", pauses: "小休原因", review_form: "质检表" },
    wrong: "不对的地方", line: (n) => `第 ${n} 行`, problems: (n) => `有 ${n} 处不对。`, right: "没有问题，可以发布。", tryOut: "试用", publish: "发布", undo: "恢复原文", leaveText: "改动还没有发布，要放弃吗？",
    changed: "改动", history: "发布记录", neverPublished: "这里还没有发布过，用的是随系统的。", take: "取来修改", back: "退回到这一版", why: "原因", cancel: "不发布",
    publishWhat: (book, version) => `发布${book} ${version}`, publishMeans: "各服务器一两秒后生效。", published: (book) => `${book}已发布。`,
  },
  en: {
    reports: "Reports", reportsHint: "By days of the hall's clock. Whatever is drawn stands in the tables too, and each can be taken away.", from: "From", to: "To",
    channel: "Channel", allChannels: "All channels", show: "Show", lastDays: (n) => `${n} days`, numbers: "Numbers", download: "Download CSV", nothingCounted: "Nothing was counted in these days.",
    rules: "Rules", rulesHint: "Rules are text: change it, try it, then publish it. Every server follows within seconds, and who did it, when and why is kept.", version: (name) => `version ${name}`, configured: "as it came",
    books: { flags: "Why orders are rung back", guide: "What agents say", retries: "Ringing again", calling_hours: "Calling hours", pauses: "Reasons to pause", review_form: "Review form" },
    wrong: "What is wrong", line: (n) => `Line ${n}`, problems: (n) => (n === 1 ? "One thing is wrong." : `${n} things are wrong.`), right: "Nothing is wrong; it may be published.", tryOut: "Try", publish: "Publish", undo: "Undo all", leaveText: "What you changed is not published. Leave it?",
    changed: "What is new", history: "What was published", neverPublished: "Nothing was published yet; what came with the hall counts.", take: "Take into the editor", back: "Back to this", why: "Why", cancel: "Do not",
    publishWhat: (book, version) => `Publish ${book}, ${version}`, publishMeans: "Every server follows within a second or two.", published: (book) => `Published: ${book}.`,
  },
};

export const leadWords = () => WORDS[inLanguage()];
