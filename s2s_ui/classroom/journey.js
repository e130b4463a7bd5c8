/**
 * Moves the teacher's app to the place to which the plan, the wall or a reveal has moved the class. It changes the
 * address as the browser's button Back does, so that nothing is reloaded and no typed text is lost.
 */

/** @import { Bar } from "./lead.js" */
/** @import { State } from "./leading.js" */

/** @typedef {Pick<State, "page" | "link" | "step">} Place */

const OWN = ["lang", "hide", "lock"]; // parameters only for the teacher's own screen
const ON_THE_WAY = 15_000; // milliseconds

/**
 * Whether both are the same page with the same link, apart from what is the teacher's own.
 * @param {{ page: string, link: Record<string, string> }} here
 * @param {{ page: string, link: Record<string, string> }} there
 */
function isAt(here, there) {
  const told = Object.entries(here.link).filter(([name]) => !OWN.includes(name));
  const same =
    told.length === Object.keys(there.link).length && told.every(([name, value]) => there.link[name] === value);
  return same && here.page === there.page;
}

/** The ways of one bar. */
export class Journey {
  /** @param {Bar} bar */
  constructor(bar) {
    this.bar = bar;
    /** @type {{ code: string | null, brought: number } | null} */
    this.seen = null;
    /** @type {Place | null} */
    this.headed = null; // where the app is going
  }

  /**
   * An app that is opened in mid-class stays where it is; from then on it follows.
   * @param {State} state
   */
  heard({ brought, page, link, step }) {
    const { code } = this.bar;
    const follows = this.seen?.code === code && brought > (this.seen?.brought ?? 0);
    this.seen = { code, brought };
    if (follows) this.travel({ page, link, step });
  }

  /** @param {Place} place */
  travel({ page, link, step }) {
    const { bar, headed: before } = this;
    bar.unsent = {}; // drop changes of the previous place
    if (before && isAt(before, { page, link })) {
      before.step = step; // it is on its way there
      return;
    }
    if (!before && bar.data && isAt(bar.data, { page, link })) {
      if (step) bar.go(step.at);
      return;
    }
    const own = Object.fromEntries(Object.entries(bar.data?.link ?? {}).filter(([name]) => OWN.includes(name)));
    const address = new URL(`../${page}`, import.meta.url);
    address.search = new URLSearchParams({ ...link, ...own, ...(step ? { step: step.at } : {}) }).toString();
    const headed = { page, link, step };
    this.headed = headed;
    setTimeout(() => this.headed === headed && this.arrive(), ON_THE_WAY);
    delete window.s2sLeft; // a new stage then starts at the link's step
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }

  /** The script of a page has begun: once it has run, the stage stands where it has to. */
  async turned() {
    const { headed, bar } = this;
    if (!headed || bar.data?.page !== headed.page) return;
    const running = () => document.querySelector('.stApp:not([data-test-script-state="notRunning"])');
    do await new Promise((resolve) => setTimeout(resolve, 100));
    while (this.headed === headed && running());
    if (this.headed === headed) this.arrive();
  }

  arrive() {
    const { headed, bar } = this;
    this.headed = null;
    if (headed?.step && bar.data?.page === "") bar.go(headed.step.at);
    bar.turned(false); // the class is there already
  }
}
