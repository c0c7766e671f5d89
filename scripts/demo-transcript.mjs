const maxLines = 8;

/** One event of the stream-json output as lines for a reader; an empty text for events that say nothing to them. */
export function showEvent(event, project) {
  if (event.type === 'assistant')
    return blocksOf(event)
      .map((block) => showBlock(block, project))
      .filter(Boolean)
      .join('\n');
  if (event.type === 'user')
    return blocksOf(event)
      .map((block) => showResult(block, project))
      .filter(Boolean)
      .join('\n');
  if (event.type === 'result') {
    const { subtype, num_turns: turns, duration_ms: ms } = event;
    return `\n[${subtype}: ${turns} turns, ${((ms ?? 0) / 1000).toFixed(1)} s]`;
  }
  return '';
}

function blocksOf(event) {
  const content = event.message?.content;
  return Array.isArray(content) ? content : [];
}

function showBlock(block, project) {
  if (block.type === 'text') return `● ${block.text}`;
  if (block.type !== 'tool_use') return '';
  const { command, file_path: file, pattern, old_string: before, new_string: after } = block.input;
  const subject = command ?? (file ?? pattern ?? '').replace(`${project}/`, '');
  const change = before === undefined ? '' : `\n    - ${before}\n    + ${after}`;
  return `● ${block.name}(${subject})${change}`;
}

function showResult(block, project) {
  if (block.type !== 'tool_result') return '';
  const text =
    typeof block.content === 'string' ? block.content : (block.content ?? []).map((part) => part.text ?? '').join('\n');
  const lines = text.replaceAll(`${project}/`, '').trimEnd().split('\n');
  const shown =
    lines.length > maxLines
      ? [...lines.slice(0, 2), `… ${lines.length - maxLines} more lines`, ...lines.slice(2 - maxLines)]
      : lines;
  return shown.map((line, i) => `  ${i === 0 ? '⎿ ' : '  '}${line}`).join('\n');
}
