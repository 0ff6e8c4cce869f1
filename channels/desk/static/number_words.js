// What is said where another number is chosen.

import { inLanguage } from "./words.js";

const NUMBER_WORDS = {
  zh: {
    title: "换号码", like: "要什么号", likeHint: "888、AABB、?8?8", most: "预存不超过（元）", without4: "不带 4", search: "查找", others: "换一批",
    found: (n) => `找到 ${n} 个：↓ 选择，回车保留`, none: "没有这样的号码，请放宽条件。", prepaid: (sum) => `预存 ${sum}`, monthly: (sum, months) => `每月 ${sum}，${months} 个月`, free: "无预存",
    held: (number, until) => `${number} 已为客户保留到 ${until}`, back: "不换号了", gone: "已放回号码池。",
  },
  en: {
    title: "Other number", like: "What number", likeHint: "888, AABB, ?8?8", most: "Prepaid up to (yuan)", without4: "no 4", search: "Find", others: "Others",
    found: (n) => `${n} found: ↓ to choose, Enter to keep`, none: "There is no such number: ask for less.", prepaid: (sum) => `prepaid ${sum}`, monthly: (sum, months) => `${sum} × ${months} mo.`, free: "nothing prepaid",
    held: (number, until) => `${number} is kept for the customer until ${until}.`, back: "Keep the old number", gone: "It is back in the pool.",
  },
};

export const numberWords = () => NUMBER_WORDS[inLanguage()];
