// The worker's side: takes {data} once, then {input, show}, and tells what it finds a few times a second.
"use strict";

let ready = null;

function startWorker(scope) {
  scope.onmessage = ({ data: message }) => {
    try {
      if (message.data) ready = prepared(message.data);
      if (message.wasm) oxigraph.initSync({ module: message.wasm });
      if (message.input) run(scope, message.input, message.show);
      else scope.postMessage({ ready: true });
    } catch (error) {
      if (error instanceof ParserNeeded) scope.postMessage({ parserNeeded: true });
      else scope.postMessage({ broken: String(error && error.message) });
    }
  };
}

function run(scope, input, show) {
  let step = { findings: [], refused: [], faults: [] }, told = performance.now(), records = 0;
  const tell = (passed, done) => {
    scope.postMessage({ ...step, records, passed, done });
    step = { findings: [], refused: [], faults: [] };
    told = performance.now();
  };
  for (const found of checked(input, ready, show)) {
    if (found.findings) step.findings.push(...found.findings);
    if (found.refused) step.refused.push(...found.refused);
    if (found.fault) step.faults.push(found.fault);
    records = found.records ?? records;
    if (performance.now() - told > 100) tell(found.passed ?? 0, false);
  }
  tell(input.bytes.length, true);
}
