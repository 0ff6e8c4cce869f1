// What the page says, in both languages.

const zh = {
  title: "给营业厅发短信",
  about: "这是一部演示用的手机。您发的短信经短信中心送到营业厅，营业厅的答复也经短信中心送回这里。",
  about_text: "全是 GSM 字符的短信每条 160 个字符；有一个汉字，就用 UCS-2，每条 70 个字。长短信会拆成几条，每条少 7 个或 3 个字。",
  legend_queued: "在短信中心等待",
  legend_sent: "已发出，等对方收下",
  legend_delivered: "已送达",
  legend_failed: "没有送到",
  number: "本机号码",
  text: "短信内容",
  placeholder: "短信",
  send: "发送",
  log: "短信",
  samples: "常用短信",
  other: "English",
  connected: "已连接",
  waiting: "正在连接…",
  empty: "还没有短信。试试下面的按钮，或者写几个字。",
  segments: (count) => `${count} 条`,
  missing: (arrived, total) => `收到 ${arrived}/${total} 条`,
  characters: (count) => `${count} 字`,
  states: { queued: "等待中", sent: "已发出", delivered: "已送达", failed: "失败" },
  bad_number: "号码是 7 到 15 位数字，可以以 + 开头。",
  not_sent: "没有发出去：",
  unreachable: "连不上服务器。",
  from: { in: "10086", out: "我" },
};

const en = {
  title: "Text the service hall",
  about:
    "A phone for demonstrations. What you send goes through the message centre to Hall, and the answers come back the same way.",
  about_text:
    "A text in GSM characters takes one segment for 160 of them; a single Chinese character makes it UCS-2, with 70. A long text is cut into several, each a little shorter.",
  legend_queued: "waits in the message centre",
  legend_sent: "sent, not yet taken",
  legend_delivered: "delivered",
  legend_failed: "could not be delivered",
  number: "This phone’s number",
  text: "Message",
  placeholder: "Text message",
  send: "Send",
  log: "Messages",
  samples: "Messages to try",
  other: "中文",
  connected: "connected",
  waiting: "connecting…",
  empty: "No messages yet. Try one of the buttons below, or write something.",
  segments: (count) => (count === 1 ? "1 segment" : `${count} segments`),
  missing: (arrived, total) => `${arrived} of ${total} segments arrived`,
  characters: (count) => (count === 1 ? "1 char" : `${count} chars`),
  states: { queued: "waiting", sent: "sent", delivered: "delivered", failed: "failed" },
  bad_number: "A number is 7 to 15 digits; it may begin with +.",
  not_sent: "It was not sent: ",
  unreachable: "The server cannot be reached.",
  from: { in: "10086", out: "Me" },
};

export const languages = { zh, en };

export const samples = [
  { text: "YE", zh: "余额", en: "balance" },
  { text: "ZD", zh: "账单", en: "bill" },
  { text: "SP", zh: "商品", en: "catalogue" },
  { text: "DG F800", zh: "订购", en: "order" },
  { text: "Y", zh: "确认", en: "yes" },
  { text: "DD", zh: "我的订单", en: "my orders" },
  { text: "BZ", zh: "帮助", en: "help" },
];
