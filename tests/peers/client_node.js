// An ESME on npm's `smpp`, led by lines of JSON (foreign_clients.py says which).
"use strict";
const readline = require("readline");
const smpp = require("smpp");

const [port, mode, systemId, password] = process.argv.slice(2);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");

const session = smpp.connect({ host: "127.0.0.1", port: Number(port) });
const bind = { system_id: systemId, password, address_range: process.argv[6] || "" };

session.on("connect", () => {
  session[`bind_${mode}`](bind, (pdu) => say({ event: "bound", status: pdu.command_status }));
});
session.on("deliver_sm", (pdu) => {
  session.send(pdu.response());
  say({
    event: "delivered", source: pdu.source_addr, destination: pdu.destination_addr, esm_class: pdu.esm_class,
    coding: pdu.data_coding, part: (pdu.short_message.udh || []).map((one) => one.toString("hex")),
    text: (pdu.message_payload || pdu.short_message).message.toString(),
    receipted: pdu.receipted_message_id || "", state: pdu.message_state || 0,
  });
});
session.on("enquire_link", (pdu) => session.send(pdu.response()));
session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
session.on("error", (error) => say({ event: "error", reason: String(error) }));
session.on("close", () => say({ event: "lost" }));

function submit(order) {
  const { tag, octets, command, ...fields } = order;
  const message = Buffer.from(octets, "hex");
  const carried = command === "data_sm" || fields.payload ? { message_payload: message } : { short_message: message };
  delete fields.payload;
  delete fields.do;
  session[command || "submit_sm"]({ ...fields, ...carried }, (pdu) => {
    say({ event: "answered", tag, status: pdu.command_status, message_id: pdu.message_id || "" });
  });
}

const orders = {
  submit,
  query: (order) => session.query_sm({ message_id: order.message_id, source_addr: order.source_addr }, (pdu) => {
    say({ event: "answered", tag: order.tag, status: pdu.command_status, state: pdu.message_state || 0 });
  }),
  unbind: () => session.unbind(() => { say({ event: "unbound" }); session.close(); }),
};

readline.createInterface({ input: process.stdin })
  .on("line", (line) => { const order = JSON.parse(line); orders[order.do](order); })
  .on("close", () => process.exit(0));
