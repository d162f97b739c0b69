// Server-sent events by fetch: EventSource can't send a key. Resumes behind the last event that was heard.
import { headers } from "/console/api.js";

const QUIET_MS = 40_000; // the server says something every 15 s; after so long the line is taken for dead
const FIRST_MS = 1000;
const LAST_MS = 15_000;
const GRACE_MS = 2000; // the server ends a stream now and then: a line that is back so soon was never down

export class Stream {
  // told.open(): connected, and what was missed comes now; told.event(name, data); told.line("live" | "down" | "connecting").
  constructor(path, told) {
    this.path = path;
    this.told = told;
    this.last = null;
    this.stopped = false;
    this.wait = FIRST_MS;
    this.line = "";
    this.wake = () => {};
    window.addEventListener("online", this.again = () => this.wake());
    window.addEventListener("offline", this.cut = () => this.abort?.abort());
    this.run();
  }

  stop() {
    this.stopped = true;
    window.removeEventListener("online", this.again);
    window.removeEventListener("offline", this.cut);
    this.abort?.abort();
    this.wake();
    clearTimeout(this.grace);
  }

  tell(line) {
    clearTimeout(this.grace);
    if (this.stopped || line === this.line) return;
    this.line = line;
    this.told.line(line);
  }

  async run() {
    this.tell("connecting");
    while (!this.stopped) {
      try {
        await this.listen();
        this.wait = 0;
      } catch {
        // whatever ended it, the line is tried again
      }
      if (this.stopped) return;
      if (this.line !== "down") this.grace = setTimeout(() => this.tell("down"), GRACE_MS);
      await new Promise((done) => {
        this.wake = done;
        setTimeout(done, this.wait * (0.75 + Math.random() / 2));
      });
      this.wait = Math.min(LAST_MS, Math.max(FIRST_MS, this.wait * 2));
    }
  }

  async listen() {
    this.abort = new AbortController();
    const { signal } = this.abort;
    let quiet = setTimeout(() => this.abort.abort(), QUIET_MS);
    try {
      const sent = { ...headers(), Accept: "text/event-stream", ...(this.last === null ? {} : { "Last-Event-ID": this.last }) };
      const answer = await fetch(this.path, { headers: sent, signal, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.last ??= answer.headers.get("Last-Event-ID");
      this.wait = FIRST_MS;
      this.tell("live");
      this.told.open();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(quiet);
        quiet = setTimeout(() => this.abort.abort(), QUIET_MS);
        const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.take(block);
      }
    } finally {
      clearTimeout(quiet);
    }
  }

  take(block) {
    const found = { event: "message", data: [] };
    for (const text of block.split("\n")) {
      const [, field, value] = /^(\w+): ?(.*)$/.exec(text) ?? [];
      if (field === "data") found.data.push(value);
      else if (field) found[field] = value;
    }
    if (found.id !== undefined) this.last = found.id;
    if (found.data.length) this.told.event(found.event, JSON.parse(found.data.join("\n")));
  }
}
