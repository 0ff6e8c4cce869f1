// What the desk says, in two languages, and how it writes times and money.

import { CARD_WORDS } from "./card_words.js";

const WORDS = {
  zh: {
    desk: "坐席台", other: "English", pages: "页面",
    signIn: "登录", signInHint: "请用您的工号登录。", name: "工号", password: "密码", signOut: "退出",
    queue: "等待回访", queueEmpty: "目前没有到期的回访。", next: "下一单", nextHint: "领取最紧急的一单", board: "班长看板", back: "返回",
    due: (n) => `${n} 单到期`, later: (n) => `${n} 单稍后`, opens: (at) => `等到 ${at}`, closed: (n, at) => `${n} 单等到 ${at}`, waited: "已等", tried: (n) => `已拨 ${n} 次`,
    idleTitle: "准备好了吗？", idle: (n) => (n ? `有 ${n} 单在等回访。` : "没有人在等。有新单时这里会显示。"),
    claimed: (number) => `已领取订单 ${number}`, claimedCall: "已领取人工回电", nobody: "目前没有到期的回访。",
    order: "订单", callback: "人工回电", callbackWhy: "客户要求人工回电，没有待确认的订单。", total: "合计", address: "送货地址", noAddress: "没有登记地址",
    orderedAt: "下单", customer: "客户", dial: "拨号", dialHint: "请用您的话机拨打：", byHand: "本机未接电话系统，请手工拨打。", hangUp: "挂断",
    calls: { calling_agent: "正在呼叫您的话机…", calling_customer: "正在呼叫客户…", ringing: "客户话机振铃中…", talking: "通话中", record: "请记录结果。",
      talked: "通话结束。", no_answer: "无人接听，已记录。", busy: "占线，已记录。", rejected: "客户未接，已记录。", powered_off: "关机或不在服务区，已记录。",
      no_such_number: "空号，已记录。", failed: "呼叫失败。", agent_away: "您的话机无人接听。", agent_left: "您已挂断。", lost: "通话已中断。", caller_left: "来电者已挂断。" },
    why: "为什么要回访", byRules: (version) => `规则版本 ${version}`, conversation: "对话", noConversation: "没有对话记录。", notUnderstood: "没听懂", closed: "客户挂断了会话",
    earlier: "以往订单", noEarlier: "没有以往订单。", attempts: "拨打记录", noAttempts: "还没有拨打过。", events: "订单经过",
    outcome: "客户怎么说？", note: "备注", notePlaceholder: "客户说了什么（可不填）", record: "登记",
    newAddress: "新地址", newQuantity: "新数量", newOffer: "新商品代码", callAt: "何时再拨",
    inHour: "1 小时后", inThree: "3 小时后", tomorrow: "明早 10 点",
    lease: "保留时间", extend: "延长", release: "放回", extended: "已延长。", released: "已放回队列。",
    soon: (seconds) => `保留时间只剩 ${seconds} 秒，按 E 延长。`,
    lost: "这一单已不归您", lostText: "您的备注还在下面，可以复制。按 N 领取下一单。",
    done: { final: (what) => `已登记：${what}`, again: (what, time) => `已登记：${what}，${time} 再拨` },
    overtaken: "订单已经变了",
    choose: "请先选一个结果。", away: "连接不上服务器，正在重试…", signedOutNow: "登录已失效，请重新登录。",
    keys: "快捷键", keysOn: "快捷键：开", keysOff: "快捷键：关", help: "按键说明",
    boardTitle: "班长看板", held: "通话中", oldest: "等得最久", agent: "坐席", seen: "最近活动", task: "手上", today: "近 24 小时", nobodyIn: "未登录", working: "处理中", free: "空闲",
    dialogs: "对话", dialogsTitle: "对话进行中", version: "版本", script: "脚本", state: "状态", completion: "办完率", live: "正式", otherVersion: "换一个版本，换一个脚本",
    publish: "发布", publishWhat: "要做什么", publishDo: "确定", publishMeans: "各服务器一两秒后生效；正在进行的对话仍按原来的版本走完。谁做了什么，都记录在案。", way: "走法", taken: "次数",
    acting: { promote: (version) => `把试用的 ${version} 转为正式`, withdraw: (version) => `撤下试用的 ${version}`, rollback: (version, before) => `从 ${version} 退回到 ${before}` },
    acted: { promote: (version) => `${version} 已转为正式。`, withdraw: (version) => `${version} 已撤下。`, rollback: (_, live) => `已退回到 ${live}。` },
    onTrial: ({ numbers, share }) => ["试用", numbers && `${numbers} 个号码`, share && `${share}% 用户`].filter(Boolean).join(" · "),
    chartOf: (script) => `脚本 ${script} 的状态图，数字见下表`, nothingYet: "这个版本的这个脚本还没有人用过。", nowhere: (count) => `另有 ${count} 条不在对话中的短信没听懂。`,
    counted: { begun: "开始", entered: "到达", left: "走到别处", finished: "办完", ordered: "下单", given_up: "放弃", gave_up: "放弃", abandoned: "没有下文", misunderstood: "没听懂", timed_out: "超时", standing: "现有" },
    misunderstood: "没听懂", misunderstoodTitle: "没听懂的短信", misunderstoodHint: "近两周，相似的放在一起；数字已隐去。教一句，各服务器一两秒后就会。", misunderstoodNone: "近两周的短信都听懂了。",
    times: (n) => `${n} 次`, phrase: "说法", means: "意思是……", teach: "教会", taught: (text, what) => `已记下：“${text}”是${what}。`,
    meanings: { balance: "查余额", bill: "查账单", numbers: "选号", order: "订购", catalogue: "看商品", status: "查订单", cancel: "取消订单", help: "帮助", optout: "退订", agent: "人工", none: "无意义" },
    parcels: "配送", parcelsTitle: "配送", parcelsMine: "由我送达", parcelsNoneMine: "没有等您送达的包裹。", parcelsTroubled: "需要处理", parcelsNoneTroubled: "没有迟到或出错的包裹。", parcelsLatest: "最近的包裹", parcelsNoneLatest: "还没有发过包裹。", stepDone: "已登记。",
    parcelStates: { waiting: "待发", offered: "已通知承运商", accepted: "待揽收", picked_up: "已揽收", in_transit: "运送中", delivered: "已签收", refused: "拒收", lost: "丢失", returned: "已退回", recalling: "正在追回", coming_back: "退回中", recalled: "已追回", written_off: "已核销" },
    parcelWhys: { late: "超时", lost: "丢失", refused: "拒收", no_carrier: "无人承运" },
    steps: { offer: "通知承运商", recall: "追回", accept: "接单", decline: "不接", pick_up: "揽收", move: "运送", deliver: "签收", refuse: "拒收", lose: "丢失", return: "退回", grant: "同意追回", keep: "不能追回", write_off: "核销", late: "超时" },
    surveysTitle: "送达评价", surveysCount: (asked, answers) => `近八周问了 ${asked} 人，${answers} 人打了分`, surveyWeek: "周（周一）", surveyCarrier: "承运商", surveyScores: "分数", surveyMean: "平均",
    trouble: "报告问题", report: "报告", troubleTold: (number) => `订单 ${number} 的问题已转班长处理。`, troubleKnown: (number) => `订单 ${number} 的这个问题已有人报告。`,
    abnormal: "异常订单", abnormalTitle: "需要处理的订单", abnormalNone: "没有异常订单，也没有待处理的退货退款。", abnormalCount: (shown, count) => (shown < count ? `共 ${count} 单，显示等得最久的 ${shown} 单` : `共 ${count} 单`), abnormalDone: (number) => `订单 ${number} 已处理。`,
    problems: { payment_missing: "未收到付款", not_delivered: "客户没收到", lost: "承运方丢失", refused: "客户拒收", no_carrier: "无人承运", late: "超时未达", sent_though_cancelled: "取消后仍在途", stuck: "停留过久", other: "其他，见备注" },
    refunds: { asked: "申请退货", due: "待退款", refunded: "已退款" },
    abnormalActs: { clear: "恢复正常", fail: "终止订单", resend: "重新派送", take_back: "收到退货", refuse_return: "不予退货", owe: "应退款", refund: "已退款" },
    letters: "死信", lettersTitle: "没有发出去的短信", lettersNone: "没有死信：发出的短信都有着落。", lettersCount: (shown, count) => (shown < count ? `共 ${count} 条，显示最新 ${shown} 条` : `共 ${count} 条`),
    died: "放弃于", tries: (n) => `发了 ${n} 次`, resend: "重发", resentDone: "已重新排队发送。", resentBy: (by, time) => `${by} 于 ${time} 重发过`,
    whys: { refused: "短信中心拒收", spent: "重试次数用完", expired: "过了有效期", no_route: "没有可走的线路", too_long: "太长，超过分段上限", unknown: "不知是否已发出", machine: "对方像是自动回复" },
    none: "无", pieces: (n) => `× ${n}`, newSession: "登录后会回到您手上的那一单。",
    refused: {
      bad_request: "填写的内容不对。", signed_out: "工号或密码不对。", taken_over: "您已在另一台电脑登录，手上的工作转到了那里。", forced_out: "班长已让您退出，手上的单已放回队列。", no_such_reason: "没有这个暂停原因。", not_to_him: "现在不能转给他：他不在，或手上已有一单。", forbidden: "您没有这个权限。", task_gone: "没有这一单。", no_such_parcel: "没有这个包裹，或者不归您登记。", illegal_step: "这个包裹的状态不允许这一步。", no_such_order: "没有这个订单。", no_such_report: "没有这份报表。", no_such_rules: "没有这份规则或这个版本。", no_such_call: "没有这通回访。", already_reviewed: "这通已经有人质检过了。", bad_review: "质检表没有填对。", number_not_held: "这个号码不能保留：已被别人选走，或客户保留的号码太多。", bad_pattern: "号码写法不对：最多 11 位，可写数字、A 到 H 的字母，或用 ? 代替任意一位，如 888、AABB、8?8。", not_live: "别人刚发布了新的一版，请重新打开再改。", bad_rules: "规则有不对的地方。", bad_span: "日期不对。", not_abnormal: "这个订单没有异常，或者别人刚刚处理了。", cannot_return: "这个订单不能这样退货或退款，也许别人刚刚处理了。", no_such_letter: "没有这封死信，或者别人刚刚重发了。",
      not_yours: "这一单在别人手上，或已经处理完了。", out_of_hours: "客户当地现在不是外呼时间。客户约好的，请再按一次D。", illegal_change: "订单在此期间变了，这个结果不能再登记。", cannot_publish: "现在的版本已经不是您看到的那样，没有做任何改动。", lease_over: "保留时间已过，请重新领取。",
      unasked: "还没问全。", bad_decision: "这个结果还缺内容。", bad_phrase: "这句话不能这样教。", locked_out: "密码错了太多次，请稍后再试。", slowed: "这个网络地址输错密码的次数太多，请过一会儿再试；在您登录过的浏览器上不受影响。", ledger_away: "数据库暂时连不上，请稍后再试。", failed: "系统出错，已记录。请再试一次。",
    },
    outcomes: { confirmed: "确认", changed: "改单", rejected: "不要了", not_ordered: "没下过单", wrong_number: "打错了", no_such_number: "空号", no_answer: "无人接", busy: "占线", powered_off: "关机", call_later: "改时间", no_key: "接听未按键", wants_change: "要求改单", wants_agent: "要求人工", cancelled: "客户已取消" },
    groups: { answered: "接通了", missed: "没接通" }, actors: { subscriber: "客户", hall: "系统" },
    states: { acknowledged: "已受理", rejected: "已拒绝", pending: "待客户处理", held: "待回访", inProgress: "办理中", cancelled: "已取消", completed: "已完成", failed: "失败", partial: "部分完成", assessingCancellation: "评估取消", pendingCancellation: "取消中" },
    acts: { place_clear: "下单", place_flagged: "下单，待回访", place_refused: "下单被拒", cancel: "取消", ask_cancel: "申请取消", confirm: "确认", change: "改单", reject: "客户不要", disown: "非本人下单", give_up: "联系不上", start: "开始办理", hold: "暂停", ask_customer: "等客户", complete: "完成", part: "部分完成", fail: "失败", grant_cancel: "同意取消", refuse_cancel: "不同意取消", close_cancel: "取消完成", place_pending: "下单，待短信确认", expire: "逾期未确认", amend: "修改", trouble: "出现异常", settle: "恢复正常", ask_return: "申请退货", take_back: "收到退货", refuse_return: "不予退货", owe: "应退款", refund: "已退款" },
    channels: { sms: "短信", ussd: "USSD", ivr: "电话", web: "网厅", wap: "掌厅", desk: "坐席" },
    sent: { queued: "待发", sending: "发送中", sent: "已发", delivered: "已送达", undelivered: "未送达", failed: "发送失败" },
    reasons: {
      wants_change: () => ["要求改单", "客户接听自动外呼时按2，要更改或者不要了。"],
      wants_agent: () => ["要求人工", "客户接听自动外呼时按0，要人工服务。"],
      first_order: () => ["首次订购", "这位客户以前没有成功的订单。"],
      high_value: (saw) => ["金额较大", `合计 ${money(saw.total)}，达到 ${money(saw.limit)}。`],
      quantity: (saw) => ["数量较多", `一次 ${saw.pieces} 件，达到 ${saw.limit} 件。`],
      repeated: (saw) => ["重复订购", `${saw.hours} 小时内订过同样的商品：订单 ${saw.number}。`],
      velocity: (saw) => ["下单频繁", `${saw.hours} 小时内第 ${saw.orders} 单。`],
      blacklist: () => ["黑名单", "这位客户在黑名单上。"],
      no_address: () => ["没有地址", "没有登记送货地址，请问清楚。"],
      lucky_number: (saw) => ["靓号", `${saw.grade} 号码，预存 ${money(saw.prepaid)}。`],
      many_numbers: (saw) => ["号码较多", `连本单共 ${saw.numbers} 个号码，达到 ${saw.limit} 个。`],
      burst: (saw) => ["短时多单", `${saw.minutes} 分钟内第 ${saw.orders} 单。`],
      unwanted_before: (saw) => ["曾拒收", `${saw.days} 天内有 ${saw.times} 单被拒或未送达。`],
      cancelled_before: (saw) => ["常取消", `${saw.days} 天内取消过 ${saw.times} 单。`],
      other_hall: (saw) => ["多渠道下单", `${saw.hours} 小时内已由其他渠道下过：订单 ${saw.number}。`],
      long_silent: (saw) => ["久未下单", `已有 ${saw.days} 天没有下过单。`],
      other_region: (saw) => ["异地号码", `号码归属${saw.region}，与送货地址不同。`],
      third_party: () => ["代他人订", "收件人与登记的姓名不同。"],
      night: (saw) => ["深夜下单", `下单时间 ${saw.hour}:${String(saw.minute).padStart(2, "0")}。`],
      policy: () => ["逐单回访", "按规定每一单都要回访。"],
      asked: () => ["要求人工", "客户要求人工回电。"],
    },
  },
  en: {
    desk: "Agents’ desk", other: "中文", pages: "Pages",
    signIn: "Sign in", signInHint: "Sign in with your agent name.", name: "Name", password: "Password", signOut: "Sign out",
    queue: "Waiting for a call", queueEmpty: "Nobody is due for a call.", next: "Next", nextHint: "take the most urgent", board: "Board", back: "Back",
    due: (n) => `${n} due`, later: (n) => `${n} later`, opens: (at) => `waits until ${at}`, closed: (n, at) => `${n} wait until ${at}`, waited: "waiting", tried: (n) => (n === 1 ? "tried once" : `tried ${n} times`),
    idleTitle: "Ready?", idle: (n) => (n ? `${n === 1 ? "One customer waits" : `${n} customers wait`} for a call.` : "Nobody is waiting. What comes in will show here."),
    claimed: (number) => `You have order ${number}`, claimedCall: "You have a request for an agent", nobody: "Nobody is due for a call.",
    order: "Order", callback: "Call back", callbackWhy: "The customer asked for an agent; there is no order to confirm.", total: "Total", address: "Deliver to", noAddress: "no address on file",
    orderedAt: "ordered", customer: "Customer", dial: "Dial", dialHint: "Dial on your own phone:", byHand: "No telephone system is connected; dial by hand.", hangUp: "Hang up",
    calls: { calling_agent: "Ringing your phone…", calling_customer: "Calling the customer…", ringing: "The customer's phone rings…", talking: "Talking", record: "Please record the outcome.",
      talked: "The call is over.", no_answer: "Nobody answered; recorded.", busy: "Busy; recorded.", rejected: "The customer declined; recorded.", powered_off: "Switched off or out of reach; recorded.",
      no_such_number: "No such number; recorded.", failed: "The call failed.", agent_away: "Your phone was not picked up.", agent_left: "You hung up.", lost: "The call was cut off.", caller_left: "The caller hung up." },
    why: "Why this needs a call", byRules: (version) => `judged by rules ${version}`, conversation: "Conversation", noConversation: "Nothing was said.", notUnderstood: "not understood", closed: "customer closed the session",
    earlier: "Earlier orders", noEarlier: "No earlier orders.", attempts: "Calls so far", noAttempts: "Not called yet.", events: "What happened to the order",
    outcome: "What did the customer say?", note: "Note", notePlaceholder: "what the customer said (optional)", record: "Record",
    newAddress: "New address", newQuantity: "New quantity", newOffer: "New product code", callAt: "Call again at",
    inHour: "in 1 hour", inThree: "in 3 hours", tomorrow: "tomorrow 10:00",
    lease: "Yours for", extend: "Extend", release: "Put back", extended: "Extended.", released: "Put back into the queue.",
    soon: (seconds) => `This is yours for only ${seconds} more seconds; press E to keep it.`,
    lost: "This task is no longer yours", lostText: "Your note is still below, to be copied. Press N for the next one.",
    done: { final: (what) => `Recorded: ${what}`, again: (what, time) => `Recorded: ${what}; to be called again ${time}` },
    overtaken: "The order has changed",
    choose: "Choose an outcome first.", away: "The server cannot be reached; trying again…", signedOutNow: "Your session is over; sign in again.",
    keys: "Keys", keysOn: "Keys: on", keysOff: "Keys: off", help: "Keys",
    boardTitle: "Board", held: "in hand", oldest: "longest wait", agent: "Agent", seen: "Last seen", task: "In hand", today: "Last 24 hours", nobodyIn: "signed out", working: "working", free: "free",
    dialogs: "Dialogs", dialogsTitle: "What happens in the dialogs now", version: "Version", script: "Script", state: "State", completion: "Completion", live: "live", otherVersion: "Another version, another script",
    publish: "Publish", publishWhat: "What is to be done", publishDo: "Do it", publishMeans: "Every server follows within a second or two; dialogs under way end on the version they began with. Who did what is kept.", way: "Way", taken: "Taken",
    acting: { promote: (version) => `Make ${version}, which is on trial, live for everybody`, withdraw: (version) => `Withdraw ${version} from trial`, rollback: (version, before) => `Roll back from ${version} to ${before}` },
    acted: { promote: (version) => `${version} is live.`, withdraw: (version) => `${version} is withdrawn.`, rollback: (_, live) => `Rolled back: ${live} is live.` },
    onTrial: ({ numbers, share }) => ["on trial", numbers && `${numbers} numbers`, share && `${share} % of subscribers`].filter(Boolean).join(" · "),
    chartOf: (script) => `The chart of ${script}; its numbers are in the table below`, nothingYet: "Nobody has come to this script on this version yet.", nowhere: (count) => `Beside those, ${count} messages outside any dialog were not understood.`,
    counted: { begun: "Begun", entered: "Came here", left: "Went on", finished: "Finished", ordered: "Ordered", given_up: "Given up", gave_up: "Gave up", abandoned: "Never came back", misunderstood: "Misunderstood", timed_out: "Timed out", standing: "Here now" },
    misunderstood: "Misunderstood", misunderstoodTitle: "What nobody understood", misunderstoodHint: "Of two weeks, alike with alike, digits hidden. What you teach is known to every server in a second or two.", misunderstoodNone: "Everything of the past two weeks was understood.",
    times: (n) => (n === 1 ? "once" : `${n} times`), phrase: "phrase", means: "It means…", teach: "Teach", taught: (text, what) => `Noted: “${text}” means ${what}.`,
    meanings: { balance: "balance", bill: "bill", numbers: "choose a number", order: "order", catalogue: "what there is", status: "their orders", cancel: "cancel an order", help: "help", optout: "opt out", agent: "an agent", none: "nothing" },
    parcels: "Deliveries", parcelsTitle: "Deliveries", parcelsMine: "For me to bring", parcelsNoneMine: "Nothing waits for you to bring it.", parcelsTroubled: "In trouble", parcelsNoneTroubled: "Nothing is late or has gone wrong.", parcelsLatest: "The latest", parcelsNoneLatest: "Nothing has been sent yet.", stepDone: "Recorded.",
    parcelStates: { waiting: "waiting", offered: "offered", accepted: "to be fetched", picked_up: "fetched", in_transit: "on its way", delivered: "signed for", refused: "refused", lost: "lost", returned: "returned", recalling: "being called back", coming_back: "coming back", recalled: "called back", written_off: "written off" },
    parcelWhys: { late: "late", lost: "lost", refused: "refused", no_carrier: "no carrier" },
    steps: { offer: "offered", recall: "called back", accept: "accepted", decline: "declined", pick_up: "fetched", move: "moved", deliver: "signed for", refuse: "refused", lose: "lost", return: "returned", grant: "recall granted", keep: "recall refused", write_off: "write off", late: "late" },
    surveysTitle: "How people found it", surveysCount: (asked, answers) => `${asked} were asked in the last eight weeks, ${answers} answered`, surveyWeek: "Week (Monday)", surveyCarrier: "Carrier", surveyScores: "Scores", surveyMean: "Mean",
    trouble: "Report a problem", report: "Report", troubleTold: (number) => `What is wrong with order ${number} is with the supervisors now.`, troubleKnown: (number) => `That about order ${number} is known already.`,
    abnormal: "Abnormal orders", abnormalTitle: "Orders to look after", abnormalNone: "None: nothing is wrong, and nothing is to be refunded.", abnormalCount: (shown, count) => (shown < count ? `${count} in all, the ${shown} that wait longest shown` : `${count} in all`), abnormalDone: (number) => `Order ${number} is dealt with.`,
    problems: { payment_missing: "payment missing", not_delivered: "customer got nothing", lost: "carrier lost it", refused: "customer refused it", no_carrier: "no carrier", late: "late", sent_though_cancelled: "under way though cancelled", stuck: "stands too long", other: "other, see the note" },
    refunds: { asked: "wants to return it", due: "refund due", refunded: "refunded" },
    abnormalActs: { clear: "Nothing is wrong", fail: "Close as failed", resend: "Dispatch again", take_back: "Goods are back", refuse_return: "Refuse the return", owe: "Owe a refund", refund: "Refunded" },
    letters: "Dead letters", lettersTitle: "Messages that could not be sent", lettersNone: "None: everything that was said has gone out.", lettersCount: (shown, count) => (shown < count ? `${count} in all, the newest ${shown} shown` : `${count} in all`),
    died: "given up", tries: (n) => (n === 1 ? "tried once" : `tried ${n} times`), resend: "Send again", resentDone: "It is queued again.", resentBy: (by, time) => `sent again by ${by}, ${time}`,
    whys: { refused: "refused by the message centre", spent: "too many tries", expired: "too late", no_route: "no link carries it", too_long: "too many segments", unknown: "it may have been sent", machine: "a machine answers there" },
    none: "none", pieces: (n) => `× ${n}`, newSession: "After signing in you get back what you had in hand.",
    refused: {
      bad_request: "That cannot be used as it is.", signed_out: "Name or password is wrong.", taken_over: "You have signed in at another browser; your work is there now.", forced_out: "A supervisor has signed you out; what you had in hand is back in the queue.", no_such_reason: "There is no such reason to pause.", not_to_him: "It cannot be given to him now: he is not here, or has another.", forbidden: "You may not do this.", task_gone: "There is no such task.", no_such_parcel: "There is no such parcel, or it is not yours to tell of.", illegal_step: "The parcel’s state does not allow this step.", no_such_order: "There is no such order.", no_such_report: "There is no such report.", no_such_rules: "There are no such rules, or no such version.", no_such_call: "There is no such call.", already_reviewed: "Somebody has reviewed it already.", bad_review: "The form is not answered right.", number_not_held: "This number cannot be kept:", bad_pattern: "This is no way to look for a number:", not_live: "Somebody has just published another version; open it again.", bad_rules: "Something is wrong with the rules.", bad_span: "These days cannot be reported on.", not_abnormal: "Nothing is wrong with it, or somebody has just dealt with it.", cannot_return: "It cannot be returned or refunded so; somebody may have just done it.", no_such_letter: "There is no such message, or somebody has just sent it again.",
      not_yours: "Another agent has this task, or it is done.", out_of_hours: "It is no hour to ring him, where he is. If he asked for it, press D again.", illegal_change: "The order changed meanwhile; this outcome can no longer be recorded.", cannot_publish: "What stands is no longer what you saw; nothing was changed.", lease_over: "Your hold on it ran out; claim it again.",
      unasked: "Not all has been asked.", bad_decision: "Something is missing.", bad_phrase: "This cannot be taught so.", locked_out: "Too many wrong passwords; try again later.", slowed: "Nobody new can sign in from here now:", ledger_away: "The database cannot be reached; try again in a moment.", failed: "This is our fault and has been noted; try again.",
    },
    outcomes: { confirmed: "Confirmed", changed: "Changed", rejected: "Not wanted", not_ordered: "Never ordered", wrong_number: "Wrong number", no_such_number: "No such number", no_answer: "No answer", busy: "Busy", powered_off: "Switched off", call_later: "Call later", no_key: "Answered, no key", wants_change: "Wants a change", wants_agent: "Wants an agent", cancelled: "Cancelled by customer" },
    groups: { answered: "Reached", missed: "Not reached" }, actors: { subscriber: "customer", hall: "system" },
    states: { acknowledged: "accepted", rejected: "rejected", pending: "waits for customer", held: "waits for call", inProgress: "in progress", cancelled: "cancelled", completed: "completed", failed: "failed", partial: "partly done", assessingCancellation: "assessing cancellation", pendingCancellation: "being cancelled" },
    acts: { place_clear: "placed", place_flagged: "placed, to be called", place_refused: "refused", cancel: "cancelled", ask_cancel: "wants to cancel", confirm: "confirmed", change: "changed", reject: "not wanted", disown: "never ordered", give_up: "not reached", start: "started", hold: "held", ask_customer: "asked customer", complete: "completed", part: "partly done", fail: "failed", grant_cancel: "cancellation granted", refuse_cancel: "cancellation refused", close_cancel: "cancelled", place_pending: "placed, to be confirmed by text", expire: "not confirmed in time", amend: "changed", trouble: "something is wrong", settle: "nothing is wrong any more", ask_return: "wants to return it", take_back: "goods are back", refuse_return: "return refused", owe: "refund due", refund: "refunded" },
    channels: { sms: "SMS", ussd: "USSD", ivr: "call", web: "web", wap: "WAP", desk: "desk" },
    sent: { queued: "queued", sending: "sending", sent: "sent", delivered: "delivered", undelivered: "undelivered", failed: "failed" },
    reasons: {
      wants_change: () => ["Wants a change", "He pressed 2 when the house rang: he wants to change it, or does not want it."],
      wants_agent: () => ["Wants an agent", "He pressed 0 when the house rang."],
      first_order: () => ["First order", "No earlier order of this customer came to anything."],
      high_value: (saw) => ["High value", `${money(saw.total)} in all; the line is ${money(saw.limit)}.`],
      quantity: (saw) => ["Quantity", `${saw.pieces} pieces at once; the line is ${saw.limit}.`],
      repeated: (saw) => ["Repeated", `The same product within ${saw.hours} hours: order ${saw.number}.`],
      velocity: (saw) => ["Many orders", `Order no. ${saw.orders} within ${saw.hours} hours.`],
      blacklist: () => ["Blacklisted", "This customer is on the blacklist."],
      no_address: () => ["No address", "There is no address on file; ask for one."],
      lucky_number: (saw) => ["Lucky number", `A number of grade ${saw.grade}, prepaid ${money(saw.prepaid)}.`],
      many_numbers: (saw) => ["Many numbers", `${saw.numbers} numbers with this order; the line is ${saw.limit}.`],
      burst: (saw) => ["Burst", `Order no. ${saw.orders} within ${saw.minutes} minutes.`],
      unwanted_before: (saw) => ["Unwanted before", `${saw.times} orders within ${saw.days} days were refused or could not be brought.`],
      cancelled_before: (saw) => ["Often cancels", `${saw.times} orders cancelled within ${saw.days} days.`],
      other_hall: (saw) => ["Ordered elsewhere", `The same by another way within ${saw.hours} hours: order ${saw.number}.`],
      long_silent: (saw) => ["Long silent", `No order for ${saw.days} days.`],
      other_region: (saw) => ["Other region", `The number belongs to ${saw.region}; the address does not.`],
      third_party: () => ["Somebody else", "The recipient is not who is on file."],
      night: (saw) => ["At night", `Ordered at ${saw.hour}:${String(saw.minute).padStart(2, "0")}.`],
      policy: () => ["Policy", "Every order is called back."],
      asked: () => ["Asked for an agent", "The customer wants to be called."],
    },
  },
};

for (const [name, card] of Object.entries(CARD_WORDS)) Object.assign(WORDS[name], card);

let language = localStorage.getItem("hall.language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
const local = () => (language.startsWith(navigator.language.slice(0, 2)) ? navigator.language : language === "zh" ? "zh-CN" : "en");

export const words = () => WORDS[language];
export const inLanguage = () => language;

export function setLanguage(name) {
  language = name;
  localStorage.setItem("hall.language", name);
  document.documentElement.lang = name;
}

export const otherLanguage = () => (language === "zh" ? "en" : "zh");

export function money(fen) {
  if (typeof fen !== "number") return "";
  return new Intl.NumberFormat(local(), { style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" }).format(fen / 100);
}

export function time(at) {
  const options = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(local(), options).format(at * 1000);
}

export function clock(at) {
  return new Intl.DateTimeFormat(local(), { hour: "2-digit", minute: "2-digit" }).format(at * 1000);
}

export function day(at) {
  return new Intl.DateTimeFormat(local(), { dateStyle: "medium" }).format(at * 1000);
}

export function age(seconds) {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? units[3];
  const options = { style: "unit", unit, unitDisplay: "short" };
  return new Intl.NumberFormat(local(), options).format(Math.max(0, Math.floor(seconds / size)));
}

export function minutes(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

export function reason({ code, saw }) {
  const known = words().reasons[code];
  return known ? known(saw) : [code, Object.entries(saw).map(([name, value]) => `${name}: ${value}`).join(", ")];
}

export const called = (item) => item.names[language] ?? item.names.zh ?? item.offer;

document.documentElement.lang = language;
