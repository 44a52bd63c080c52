// The page reads the same admin API that everyone may use, and writes text only: nothing from a call becomes markup.
const element = (id) => document.getElementById(id);
const POLL_MS = 1_000;
const SHOWN_CALLS = 100;

async function admin(method, path, body) {
  const response = await fetch(`/_admin/${path}`, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  const reply = await response.json();
  if (!response.ok) throw new Error(reply.message);
  return reply;
}

function row(cells) {
  const line = document.createElement('tr');
  for (const [index, text] of cells.entries()) {
    const cell = line.appendChild(document.createElement(index === 0 ? 'th' : 'td'));
    if (index === 0) cell.scope = 'row';
    cell.textContent = typeof text === 'number' ? text.toLocaleString('en') : (text ?? '');
    if (typeof text === 'number') cell.classList.add('number');
  }
  return line;
}

/** Of an ARN only what it names. */
const shortModel = (model) => model.replace(/^arn:[^/]*\//, '');

function callRow(call) {
  const cells = [call.started_at.slice(11, 23), call.op, shortModel(call.model), `${call.status} ${call.outcome}`, call.input_tokens, call.output_tokens, call.first_token_ms, call.ms, call.attempt, call.fault];
  const line = row(cells);
  if (call.outcome !== 'ok') line.children[3].classList.add('failed');
  return line;
}

function modelRows(calls) {
  const models = new Map();
  for (const call of calls.filter(({ op }) => /^(?:Converse|InvokeModel)/.test(op))) {
    const model = shortModel(call.model);
    const sums = models.get(model) ?? [0, 0, 0, 0, 0, 0];
    const add = [1, call.input_tokens, call.cache_read_tokens, call.cache_write_tokens, call.output_tokens, call.outcome === 'ok' ? 0 : 1];
    models.set(model, sums.map((sum, index) => sum + add[index]));
  }
  return [...models].map(([model, sums]) => row([model, ...sums]));
}

async function refresh() {
  const [{ calls, total, in_flight: inFlight, connections_opened: connections }, { faults }] = await Promise.all([admin('GET', 'calls'), admin('GET', 'faults')]);
  element('status').textContent = `${total} calls, ${inFlight} in flight, ${connections} connections opened`;
  element('calls').replaceChildren(...calls.slice(-SHOWN_CALLS).reverse().map(callRow));
  element('models').replaceChildren(...modelRows(calls));
  const items = faults.map((fault) => {
    const item = document.createElement('li');
    item.textContent = `${fault.kind}, ${fault.op ?? 'every model operation'}, ${fault.model ?? 'every model'}: ${fault.hits} of ${fault.times}`;
    return item;
  });
  element('faults').replaceChildren(...items);
}

async function attempt(action) {
  try {
    await action();
    element('problem').textContent = '';
    await refresh();
  } catch (error) {
    element('problem').textContent = error.message;
  }
}

element('fault').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const fault = { kind: form.get('kind'), times: Number(form.get('times')) };
  if (form.get('model')) fault.model = form.get('model');
  if (fault.kind === 'slow-first-token') fault.ms = 2_000;
  void attempt(() => admin('POST', 'faults', fault));
});
element('clear').addEventListener('click', () => void attempt(() => admin('DELETE', 'faults')));

const { kinds } = await admin('GET', 'fault-kinds');
element('kinds').replaceChildren(...kinds.map((kind) => new Option(kind, kind)));
for (;;) {
  if (element('live').checked && !document.hidden) await refresh().catch(() => (element('status').textContent = 'The server cannot be reached.'));
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
