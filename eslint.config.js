import js from "@eslint/js";
import globals from "globals";

/** What a module exports says in a sentence what it is. Types alone do not. */
const describedExports = {
  create(context) {
    return {
      "ExportNamedDeclaration[declaration]"(node) {
        const comment = context.sourceCode.getCommentsBefore(node).at(-1);
        const told = comment?.value.replace(/^\s*\* ?/gm, "").replace(/^@[\s\S]*/m, "");
        if (!told?.trim()) context.report({ node, message: "What is exported needs a sentence above it." });
      },
    };
  },
};

export default [
  { ignores: ["**/.venv/", "site/"] },
  js.configs.recommended,
  { files: ["s2s_ui/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ["s2s_ui/stage/js/**/*.js"],
    plugins: { house: { rules: { "described-exports": describedExports } } },
    rules: { "house/described-exports": "error" },
  },
  {
    rules: {
      eqeqeq: "error",
      "max-len": ["error", { code: 120 }],
      "no-undef": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
];
