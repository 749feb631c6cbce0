import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority of a test's own, in a folder of its own, and servers' certificates by it. */
export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), "natter-ca-"));
  #issued = 0;

  constructor() {
    this.#openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem",
      ["-subj", "/CN=A test's own authority"],
    );
  }

  /** The file to be trusted, as for NODE_EXTRA_CA_CERTS. */
  get file(): string {
    return join(this.#folder, "ca.pem");
  }

  /** A key and certificate of a server that is called so, as PEM. */
  issue(name: string): { key: string; cert: string } {
    const file = `server-${++this.#issued}`;
    writeFileSync(join(this.#folder, `${file}.ext`), `subjectAltName=DNS:${name}\n`);
    this.#openssl(
      `req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${file}.key -out ${file}.csr`,
      ["-subj", `/CN=${name}`],
    );
    this.#openssl(
      `x509 -req -in ${file}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ${file}.ext -out ${file}.pem`,
    );
    const read = (ending: string): string => readFileSync(join(this.#folder, `${file}.${ending}`), "utf8");
    return { key: read("key"), cert: read("pem") };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(line: string, more: string[] = []): void {
    execFileSync("openssl", [...line.split(" "), ...more], { cwd: this.#folder, stdio: "pipe" });
  }
}
