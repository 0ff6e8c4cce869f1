// What the card says beside what the desk says everywhere: the guide, skipping, changing, promises.

export const CARD_WORDS = {
  zh: {
    guide: "话术", guideHint: "念给客户听，问过的按 C 勾选。", tick: "勾选下一项", untick: "撤回上一项", asked: (done, all) => `已问 ${done}/${all}`,
    unasked: (lines) => `还没问：${lines.join("、")}。问过后按 C 勾选，再登记。`, noGuide: "没有话术。",
    skip: "跳过", skipTitle: "为什么跳过？", skipHint: "放回给别人，半小时内不再派给您。", skipped: "已跳过，别人会接手。", skipNote: "说明（选“其他”时必填）",
    skipReasons: { language: "语言不通", acquainted: "认识客户，须回避", supervisor: "需要班长处理", technical: "系统或线路故障", other: "其他" },
    keepNote: "只记备注", noteKept: "备注已记在卡上。", remark: "备注",
    reading: "阅读时间", readOver: { remind: "阅读时间已到，请拨号、跳过或放回。", dial: "阅读时间已到，正在拨号。", release: "阅读时间已到。" },
    newRecipient: "新收货人", newDelivery: "希望送达", sameOffer: "不变", price: (before, after) => `金额 ${before} → ${after}`, samePrice: (total) => `金额不变：${total}`,
    recipient: "收货人", deliverAt: "希望送达", mine: "由我回拨", promisedTitle: "我答应的回拨", promisedDue: (who) => `您答应 ${who} 的回拨到时间了，按 N 领取。`, promisedTag: "约定回拨",
    siblings: (what) => `这位客户还有待回访：${what}。您手上有他的单时，不会派给别人。`,
    earlierCalls: "别的事情上的通话", askedOf: (n) => `已问 ${n} 项`, recordings: "通话录音",
  },
  en: {
    guide: "What to say", guideHint: "Read it out; press C for each thing you have asked.", tick: "Tick the next", untick: "Take the last back", asked: (done, all) => `${done}/${all} asked`,
    unasked: (lines) => `Not asked yet: ${lines.join("; ")}. Ask, press C to tick it, and record then.`, noGuide: "There is nothing to be read out.",
    skip: "Skip", skipTitle: "Why do you leave it to others?", skipHint: "It goes back to the others, and is not offered to you for half an hour.", skipped: "Skipped; somebody else will take it.", skipNote: "Details (needed for “other”)",
    skipReasons: { language: "Another language", acquainted: "I know the customer", supervisor: "For a supervisor", technical: "System or line fault", other: "Other" },
    keepNote: "Only note it", noteKept: "The note stands on the card.", remark: "Note",
    reading: "Time to read", readOver: { remind: "The time to read is over: dial, skip it or put it back.", dial: "The time to read is over; dialling.", release: "The time to read is over." },
    newRecipient: "New recipient", newDelivery: "Deliver at", sameOffer: "as it is", price: (before, after) => `${before} becomes ${after}`, samePrice: (total) => `The price stays ${total}`,
    recipient: "Recipient", deliverAt: "Deliver at", mine: "I will ring again myself", promisedTitle: "What I promised", promisedDue: (who) => `You promised to ring ${who} now; press N to take it.`, promisedTag: "promised",
    siblings: (what) => `Also waiting for a call to him: ${what}. Nobody else gets it while you have this one.`,
    earlierCalls: "Calls about other things", askedOf: (n) => `${n} things asked`, recordings: "Recordings",
  },
};
