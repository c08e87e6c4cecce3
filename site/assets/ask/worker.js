// The worker's side: takes {open} once, then {ask}, {file} and {choices}, each answered under its number.
"use strict";

let asking = null;

async function unpacked(packed) {
  const signs = atob(packed), bytes = new Uint8Array(signs.length);
  for (let at = 0; at < signs.length; at++) bytes[at] = signs.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}

async function opened({ wasm, graphs, data }) {
  oxigraph.initSync({ module: await (await unpacked(wasm)).arrayBuffer() });
  const texts = [];
  for (const graph of graphs) texts.push(await (await unpacked(graph)).text());
  asking = new Asking(data, texts);
  return { statements: asking.store.size };
}

function startAsking(scope) {
  scope.onmessage = async ({ data: { number, open, ask, file, choices } }) => {
    const begun = performance.now();
    try {
      let told;
      if (open) told = await opened(open);
      else if (ask !== undefined) {
        asking.answer(ask);
        told = { seconds: (performance.now() - begun) / 1000, ...asking.shown() };
      } else if (file) told = { file: asking.file(file) };
      else told = { choices: choices.map((query) => asking.choices(query)) };
      scope.postMessage({ number, told });
    } catch (error) {
      // a program that broke inside may be in any state: it is started anew
      scope.postMessage({ number, refused: String(error?.message ?? error), broken: !(error instanceof QueryRefused) });
    }
  };
}
