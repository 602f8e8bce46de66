// What Citation.js reads out of the files named, BibTeX and CSL-JSON: JSON, for each file its works, or the error.
import { plugins } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-csl";
import { readFileSync } from "node:fs";

const read = (file) => {
  try {
    const forms = { "@bibtex/text": /\.bib$/, "@else/json": /\.json$/ };
    const [form] = Object.entries(forms).find(([, ending]) => ending.test(file));
    return { works: plugins.input.chain(readFileSync(file, "utf8"), { forceType: form, generateGraph: false }) };
  } catch (error) {
    return { works: [], error: String(error) };
  }
};
process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));
