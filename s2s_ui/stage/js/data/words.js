/**
 * Sentences from templates. {name} is replaced by a value; {name:을/를} by the Korean particle that the final sound of
 * the value asks for, so that a quoted word is followed by the right one.
 */

/** @type {Record<string, string>} */
const DIGITS = { 0: "ㅇ", 1: "ㄹ", 2: "", 3: "ㅁ", 4: "", 5: "", 6: "ㄱ", 7: "ㄹ", 8: "ㄹ", 9: "" };
/** @type {Record<string, string>} */
const SIGNS = {
  "␣": "ㄱ",
  "-": "ㄴ",
  ".": "ㅁ",
  ",": "ㅁ",
  "%": "",
  "/": "",
  ":": "ㄴ",
  "'": "",
  "(": "",
  ")": "",
  "½": "ㄹ",
};
const CLOSING = /[“”‘’"'`*_)\]}»」』\u2060]+$/;
/** @type {Record<string, string>} */
const LETTERS = { l: "ㄹ", r: "ㄹ", m: "ㅁ", n: "ㄴ" };
const SONORANT = /([lmn]|[aeiouyà-ÿ].*[lmn]e)$/; // man; name, whose e is silent, and not me
const STOP = /((^|[^aeiou])[aeiou][ptkcb]|ck|ook)$/;

/**
 * The final consonant with which a word ends when it is read aloud in Korean; "" for a vowel, null if unknown.
 * @param {string} word
 * @returns {string | null}
 */
export function finalSound(word) {
  const whole = word.normalize("NFC").toLowerCase();
  const text = whole.replace(CLOSING, "") || whole; // quotation marks around a word are not read
  const last = [...text].at(-1) ?? "";
  if (last >= "가" && last <= "힣") {
    const final = (last.charCodeAt(0) - 0xac00) % 28;
    return final === 0 ? "" : final === 8 ? "ㄹ" : "ㅇ";
  }
  if (last >= "ㄱ" && last <= "ㅎ") return last === "ㄹ" ? "ㄹ" : "ㅇ"; // a letter by its name: 기역, 니은, 리을
  if (last >= "ㅏ" && last <= "ㅣ") return "";
  if (last in DIGITS) return DIGITS[last];
  if (last in SIGNS) return SIGNS[last];
  if (/^[a-z]$/.test(text)) return LETTERS[text] ?? "";
  if (/[a-zà-ÿ]$/.test(text)) {
    if (/ng$/.test(text)) return "ㅇ";
    if (SONORANT.test(text)) return LETTERS[text.replace(/e$/, "").slice(-1)];
    return STOP.test(text) ? "ㄱ" : "";
  }
  return null;
}

/**
 * One of a pair: 을/를, 이/가, 은/는, 과/와 after a consonant or a vowel; 으로/로, where ㄹ counts as a vowel.
 * @param {string} word
 * @param {string} pair
 * @returns {string}
 */
export function particle(word, pair) {
  const [afterConsonant, afterVowel] = pair.split("/");
  const sound = finalSound(word);
  if (sound === null) return `${afterConsonant}(${afterVowel})`;
  if (sound === "ㄹ" && afterConsonant === "으로") return afterVowel;
  return sound ? afterConsonant : afterVowel;
}

/**
 * A template with its values put in.
 * @param {string} template
 * @param {Record<string, unknown>} values
 * @returns {string}
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name, pair) =>
    pair ? particle(String(values[name]), pair) : String(values[name]),
  );
}
