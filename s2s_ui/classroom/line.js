/**
 * A page's event stream of its class. It reports when the connection is lost: by the network, by the server, or
 * silently, as after a laptop was closed. The listener then opens it again.
 */

/**
 * `lost` says whether the stream has given up; `silent` is called as long as nothing comes.
 * @typedef {{
 *   heard: (data: string) => void, here: () => void, gone: () => void, lost: (closed: boolean) => void,
 *   silent: () => void,
 * }} Listener
 */

const SILENCE = 25_000; // milliseconds without an event; the server sends one every ten seconds
const LOOK = 5_000;

/** One line, which may be opened again and again. */
export class Line {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {EventSource | null} */
    this.stream = null;
    this.heard = 0;
    this.look = setInterval(() => this.after(SILENCE), LOOK);
    this.returned = () => this.after(2_000);
    this.seen = () => document.hidden || this.after(SILENCE / 2);
    for (const event of ["online", "pageshow"]) window.addEventListener(event, this.returned);
    document.addEventListener("visibilitychange", this.seen);
  }

  /** @param {URL} address */
  open(address) {
    this.close();
    const { listener } = this;
    const stream = new EventSource(address);
    this.stream = stream;
    this.heard = Date.now();
    const alive = () => (this.heard = Date.now());
    stream.onmessage = ({ data }) => {
      alive();
      listener.heard(data);
    };
    stream.addEventListener("here", () => {
      alive();
      listener.here();
    });
    stream.addEventListener("gone", () => listener.gone());
    stream.onerror = () => {
      const closed = stream.readyState === EventSource.CLOSED; // else it comes back by itself
      if (closed && this.stream === stream) this.stream = null;
      listener.lost(closed);
    };
  }

  /** @param {number} silence milliseconds */
  after(silence) {
    if (this.stream && Date.now() - this.heard > silence) this.listener.silent();
  }

  close() {
    this.stream?.close();
    this.stream = null;
  }

  stop() {
    this.close();
    clearInterval(this.look);
    for (const event of ["online", "pageshow"]) window.removeEventListener(event, this.returned);
    document.removeEventListener("visibilitychange", this.seen);
  }
}
