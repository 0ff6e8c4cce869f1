// A message centre on npm's `smpp`, led by lines of JSON (foreign.py says which).
"use strict";
const readline = require("readline");
const smpp = require("smpp");

const port = Number(process.argv[2]);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
const sessions = new Set();
const statuses = [];
let messages = 0;

// [reference, total, number] of a part of a long message, from the header elements the library found or the parameters.
function partOf(pdu) {
  if (pdu.sar_total_segments) return [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum];
  const element = (pdu.short_message.udh || []).find((one) => one[0] === 0x00 || one[0] === 0x08);
  if (!element) return null;
  return element[0] === 0x00 ? [...element.slice(2, 5)] : [element.readUInt16BE(2), element[4], element[5]];
}

// What belongs to a USSD session: the operation, and the session as it was marked.
function ussdOf(pdu) {
  if (pdu.ussd_service_op === undefined) return null;
  const number = pdu.user_message_reference;
  const mark = pdu.its_session_info || Buffer.from([number >> 8, number & 0xff]);
  return { op: pdu.ussd_service_op, mark: mark.toString("hex") };
}

function bound(session, pdu) {
  if (pdu.password !== "secret") {
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    return;
  }
  session.send(pdu.response({ system_id: "node" }));
  if (pdu.command !== "bind_transmitter") sessions.add(session);
  say({ event: "bound", system_id: pdu.system_id });
}

function submitted(session, pdu) {
  const status = statuses.shift() || 0;
  const id = "node-" + ++messages;
  session.send(pdu.response(status ? { command_status: status } : { message_id: id }));
  say({
    event: "submitted", status, message_id: id, source: pdu.source_addr, destination: pdu.destination_addr,
    coding: pdu.data_coding, registered: pdu.registered_delivery, part: partOf(pdu), text: (pdu.message_payload || pdu.short_message).message,
    payload: Boolean(pdu.message_payload), header: pdu.short_message.udh ? pdu.short_message.udh[0][0] : null,
    ussd: ussdOf(pdu),
  });
}

const server = smpp.createServer((session) => {
  for (const bind of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) {
    session.on(bind, (pdu) => bound(session, pdu));
  }
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); say({ event: "unbind" }); session.close(); });
  session.on("error", (error) => say({ event: "error", reason: String(error) }));
  session.on("close", () => { sessions.delete(session); say({ event: "lost" }); });
});

function deliver(order) {
  const [session] = sessions;
  const octets = Buffer.from(order.octets, "hex");
  const options = {
    source_addr: order.source, destination_addr: order.destination, esm_class: order.esm_class,
    source_addr_ton: 1, source_addr_npi: 1, data_coding: order.coding,
    [order.payload ? "message_payload" : "short_message"]: octets,
  };
  if (order.sar) [options.sar_msg_ref_num, options.sar_total_segments, options.sar_segment_seqnum] = order.sar;
  if (order.receipted) {
    options.receipted_message_id = order.receipted;
    options.message_state = order.state;
  }
  if (order.ussd) {
    options.ussd_service_op = order.ussd.op;
    const mark = Buffer.from(order.ussd.mark, "hex");
    if (order.ussd.tag === 0x1383) options.its_session_info = mark;
    else options.user_message_reference = mark.readUInt16BE(0);
  }
  const answered = (pdu) => say({ event: "answered", tag: order.tag, status: pdu.command_status });
  if (!session || !session.deliver_sm(options, answered)) say({ event: "undelivered", tag: order.tag });
}

const orders = {
  deliver,
  answer: (order) => statuses.push(...order.statuses),
  unbind: () => sessions.forEach((session) => session.unbind(() => session.close())),
};

readline.createInterface({ input: process.stdin })
  .on("line", (line) => { const order = JSON.parse(line); orders[order.do](order); })
  .on("close", () => process.exit(0));

server.listen(port, "127.0.0.1", () => say({ event: "listening" }));
