// What supervisors' pages say, in two languages: reports, reviews, rules. Names within a report come from the house.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    reports: "报表", reportsHint: "按大厅所在时区的日子。图里有的，表里都有；表可以下载。", from: "从", to: "到", channel: "渠道", allChannels: "全部渠道", show: "显示",
    lastDays: (n) => `近 ${n} 天`, numbers: "数字", download: "下载 CSV", nothingCounted: "这段时间没有数据。",
  },
  en: {
    reports: "Reports", reportsHint: "By days of the hall's clock. Whatever is drawn stands in the tables too, and each can be taken away.", from: "From", to: "To",
    channel: "Channel", allChannels: "All channels", show: "Show", lastDays: (n) => `${n} days`, numbers: "Numbers", download: "Download CSV", nothingCounted: "Nothing was counted in these days.",
  },
};

export const leadWords = () => WORDS[inLanguage()];
