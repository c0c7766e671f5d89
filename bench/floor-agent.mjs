// The least a headless agent on Node can be: one request loop, one tool, no settings, no checks, no files.
// It is what the rows of the bench are compared with, because it costs Node, HTTP and bash and nothing else.
//   ANTHROPIC_BASE_URL=… node floor-agent.mjs PROMPT
const { Agent, request } = process.getBuiltinModule('node:http');
const target = new URL('/v1/messages', process.env.ANTHROPIC_BASE_URL);
const agent = new Agent({ keepAlive: true });
const tool = {
  name: 'Bash',
  description: 'Runs a command.',
  input_schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
};
const messages = [{ role: 'user', content: process.argv[2] }];

function ask() {
  const body = JSON.stringify({ model: 'floor', max_tokens: 8000, stream: true, tools: [tool], messages });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(target, { method: 'POST', agent, headers }, (response) => {
      const blocks = [];
      let pending = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        const frames = (pending + text).split('\n\n');
        pending = frames.pop();
        for (const frame of frames) take(blocks, JSON.parse(frame.slice(frame.indexOf('data: ') + 6)));
      });
      response.on('end', () => resolve(blocks));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function take(blocks, event) {
  if (event.type === 'content_block_start') blocks[event.index] = { ...event.content_block, input: '' };
  else if (event.delta?.type === 'text_delta') blocks[event.index].text += event.delta.text;
  else if (event.delta?.type === 'input_json_delta') blocks[event.index].input += event.delta.partial_json;
}

function bash(command) {
  const { spawn } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

for (;;) {
  const blocks = await ask();
  const calls = blocks.filter((block) => block.type === 'tool_use');
  if (calls.length === 0) {
    process.stdout.write(`${blocks.map((block) => block.text).join('')}\n`);
    break;
  }
  const content = blocks.map(({ type, text, id, name, input }) =>
    type === 'text' ? { type, text } : { type, id, name, input: JSON.parse(input) },
  );
  messages.push({ role: 'assistant', content });
  const results = [];
  for (const { id, input } of calls) {
    results.push({ type: 'tool_result', tool_use_id: id, content: await bash(JSON.parse(input).command) });
  }
  messages.push({ role: 'user', content: results });
}
agent.destroy();
