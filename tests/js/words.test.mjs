import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, finalSound, particle } from "../../s2s_ui/stage/js/data/words.js";
import { fixed, percent, probability, signed, weight } from "../../s2s_ui/stage/js/data/format.js";

test("particles follow the final sound", () => {
  const object = {
    달: "달을",
    해: "해를",
    3: "3을",
    2: "2를",
    5: "5를",
    0: "0을",
    "␣": "␣을",
    "-": "-을",
    riding: "riding을",
    red: "red를",
    man: "man을",
    끝: "끝을",
  };
  for (const [word, expected] of Object.entries(object)) assert.equal(word + particle(word, "을/를"), expected);
});

test("으로 becomes 로 after a vowel and after ㄹ", () => {
  for (const [word, expected] of [
    ["집", "으로"],
    ["서울", "로"],
    ["나", "로"],
    ["1", "로"],
    ["3", "으로"],
  ]) {
    assert.equal(particle(word, "으로/로"), expected);
  }
});

test("where nobody can know, both are written", () => {
  assert.equal(finalSound("🙂"), null);
  assert.equal(particle("🙂", "을/를"), "을(를)");
  assert.equal(particle("", "을/를"), "을(를)");
});

test("decomposed Hangul sounds like composed", () => {
  assert.equal(particle("달".normalize("NFD"), "을/를"), "을");
});

test("templates are filled by name, values are never templates", () => {
  assert.equal(fill("“{source}”{source:을/를} 보고({weight})", { source: "3", weight: "0.97" }), "“3”을 보고(0.97)");
  assert.equal(fill("{a} {b}", { a: "{b}", b: "x" }), "{b} x");
  assert.equal(fill("{a}", { a: "$&" }), "$&");
});

test("numbers have a true minus sign, and no negative zero", () => {
  assert.equal(fixed(-0.784), "−0.78");
  assert.equal(fixed(-0.001), "0.00");
  assert.equal(signed(0.1), "+0.10");
  assert.equal(signed(-1.53), "−1.53");
  assert.equal(signed(-0.001), "+0.00");
  assert.equal(weight(0.963), ".96");
  assert.equal(weight(0.999), "1");
  assert.equal(probability(0.9449), "0.945");
  assert.equal(probability(0.0004), "<.001");
  assert.equal(percent(0.934), "93%");
});

test("a letter of Hangul is read by its name", () => {
  assert.equal(particle("ㄱ", "을/를"), "을");
  assert.equal(particle("ㅏ", "을/를"), "를");
  assert.equal(particle("ㄹ", "으로/로"), "로");
});
