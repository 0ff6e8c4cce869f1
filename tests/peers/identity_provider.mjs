// An identity provider on npm's `oidc-provider`, with its own pages for signing in: `node identity_provider.mjs '{…}'`.
//
//   port, client (redirect and logout addresses), alg: RS256 or ES256, people: name → groups.
//   It says "ready" when it listens. Its keys are its own, and others each time it is started.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { port, client, alg, people } = JSON.parse(process.argv[2]);

const KINDS = { RS256: ["rsa", { modulusLength: 2048 }], ES256: ["ec", { namedCurve: "P-256" }] };
const key = generateKeyPairSync(...KINDS[alg]).privateKey.export({ format: "jwk" });
const kid = `${alg}-${Date.now()}`;

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ ...client, id_token_signed_response_alg: alg, response_types: ["code"], grant_types: ["authorization_code"] }],
  jwks: { keys: [{ ...key, kid, alg, use: "sig" }] },
  cookies: { keys: ["of the tests only"] },
  scopes: ["openid", "groups"],
  claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
  features: { backchannelLogout: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, groups: people[id] ?? [] }) }),
});
createServer(provider.callback()).listen(port, () => console.log("ready"));
