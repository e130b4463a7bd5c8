/** The step in the address bar, written when the stepping rests, without a word to the server. */

const REST_MS = 250;

export class Address {
  constructor() {
    this.timer = 0;
  }

  rest(step) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const url = new URL(window.location.href);
      if (url.searchParams.get("step") === step) return;
      url.searchParams.set("step", step);
      window.history.replaceState(window.history.state, "", url);
    }, REST_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
