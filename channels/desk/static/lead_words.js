// What supervisors' pages say, in two languages: reports, reviews, rules. Names within a report come from the house.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    reports: "报表", reportsHint: "按大厅所在时区的日子。图里有的，表里都有；表可以下载。", from: "从", to: "到", channel: "渠道", allChannels: "全部渠道", show: "显示",
    lastDays: (n) => `近 ${n} 天`, numbers: "数字", download: "下载 CSV", nothingCounted: "这段时间没有数据。",
    reviews: "质检", reviewsHint: "选一通，或随机抽几通；看单、听录音，按表打分。坐席看得到自己的分数。", myReviews: "我的质检", myReviewsHint: "班长抽查您的回访后，分数和意见在这里。",
    calls: "回访", noCalls: "没有符合的回访。", agent: "坐席", outcome: "结果", everybody: "所有坐席", anyOutcome: "任何结果", drawSome: "随机抽 10 通", listAll: "列出全部", found: (n) => `${n} 通回访`,
    recorded: "有录音", reviewedAlready: "已质检", comment: "意见", score: "打分", fatal: "一票否决", points: (n) => `${n} 分`, answers: { yes: "是", no: "否", na: "不适用" }, scored: (n) => `得分 ${n}。`,
    latest: "最近的质检", when: "时间", order: "订单", reviewer: "质检人", seen: "坐席已看", yes: "是", notYet: "未看", noReviews: "还没有质检。",
    rules: "规则", rulesHint: "规则是文字，改了先试用，再发布；几秒后各服务器生效。谁、何时、为什么，都记录在案。", version: (name) => `版本 ${name}`, configured: "随系统",
    books: { flags: "回访规则", guide: "坐席话术", retries: "重拨规则", calling_hours: "拨打时段", pauses: "小休原因", review_form: "质检表" },
    wrong: "不对的地方", line: (n) => `第 ${n} 行`, problems: (n) => `有 ${n} 处不对。`, right: "没有问题，可以发布。", tryOut: "试用", publish: "发布", undo: "恢复原文", leaveText: "改动还没有发布，要放弃吗？",
    changed: "改动", history: "发布记录", neverPublished: "这里还没有发布过，用的是随系统的。", take: "取来修改", back: "退回到这一版", why: "原因", cancel: "不发布",
    publishWhat: (book, version) => `发布${book} ${version}`, publishMeans: "各服务器一两秒后生效。", published: (book) => `${book}已发布。`,
  },
  en: {
    reports: "Reports", reportsHint: "By days of the hall's clock. Whatever is drawn stands in the tables too, and each can be taken away.", from: "From", to: "To",
    channel: "Channel", allChannels: "All channels", show: "Show", lastDays: (n) => `${n} days`, numbers: "Numbers", download: "Download CSV", nothingCounted: "Nothing was counted in these days.",
    reviews: "Reviews", reviewsHint: "Choose a call, or have some drawn at random; look at the card, listen, and score it by the form. Agents see their own scores.", myReviews: "My reviews", myReviewsHint: "When a supervisor has reviewed a call of yours, his score and words stand here.",
    calls: "Calls", noCalls: "There are no such calls.", agent: "Agent", outcome: "Outcome", everybody: "Everybody", anyOutcome: "Any outcome", drawSome: "Draw ten at random", listAll: "List all", found: (n) => (n === 1 ? "One call" : `${n} calls`),
    recorded: "recorded", reviewedAlready: "reviewed", comment: "Comment", score: "Score", fatal: "fatal", points: (n) => `${n} points`, answers: { yes: "yes", no: "no", na: "does not apply" }, scored: (n) => `Scored ${n}.`,
    latest: "The latest reviews", when: "When", order: "Order", reviewer: "By", seen: "Seen", yes: "yes", notYet: "not yet", noReviews: "There are no reviews yet.",
    rules: "Rules", rulesHint: "Rules are text: change it, try it, then publish it. Every server follows within seconds, and who did it, when and why is kept.", version: (name) => `version ${name}`, configured: "as it came",
    books: { flags: "Why orders are rung back", guide: "What agents say", retries: "Ringing again", calling_hours: "Calling hours", pauses: "Reasons to pause", review_form: "Review form" },
    wrong: "What is wrong", line: (n) => `Line ${n}`, problems: (n) => (n === 1 ? "One thing is wrong." : `${n} things are wrong.`), right: "Nothing is wrong; it may be published.", tryOut: "Try", publish: "Publish", undo: "Undo all", leaveText: "What you changed is not published. Leave it?",
    changed: "What is new", history: "What was published", neverPublished: "Nothing was published yet; what came with the hall counts.", take: "Take into the editor", back: "Back to this", why: "Why", cancel: "Do not",
    publishWhat: (book, version) => `Publish ${book}, ${version}`, publishMeans: "Every server follows within a second or two.", published: (book) => `Published: ${book}.`,
  },
};

export const leadWords = () => WORDS[inLanguage()];
