import type { ContentBlock, Message, ModelRequest } from 'tenon/plugin-api';

/** The request in the words of the endpoint. */
export function requestBody(request: ModelRequest, maxOutputTokens: number): object {
  const { model, system, messages, tools, maxTokens, toolChoice } = request;
  const choice =
    toolChoice === undefined || toolChoice.type === 'auto'
      ? undefined
      : toolChoice.type === 'tool'
        ? { type: 'function', function: { name: toolChoice.name } }
        : toolChoice.type === 'any'
          ? 'required'
          : 'none';
  return {
    model: model.replace(/^chat:/, ''),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: Math.min(maxTokens ?? maxOutputTokens, maxOutputTokens),
    messages: [
      ...(system.length === 0 ? [] : [{ role: 'system', content: system.join('\n\n') }]),
      ...messages.flatMap((message) => (message.role === 'user' ? ofUser(message) : [ofAssistant(message)])),
    ],
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: 'function',
            function: { name, description, parameters: inputSchema },
          })),
          ...(choice === undefined ? {} : { tool_choice: choice }),
        }),
  };
}

function blocksOf({ content }: Message): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** Results of calls are messages of their own there, and come first: they answer the message before. */
function ofUser(message: Message): readonly object[] {
  const blocks = blocksOf(message);
  const results = blocks.flatMap((block) =>
    block.type === 'tool_result'
      ? [{ role: 'tool', tool_call_id: block.tool_use_id, content: plainText(block.content ?? '') }]
      : [],
  );
  const parts = blocks.flatMap(partOf);
  if (parts.length === 0) return results;
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const content = texts.length === parts.length ? texts.join('\n\n') : parts;
  return [...results, { role: 'user', content }];
}

type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

function partOf(block: ContentBlock): readonly Part[] {
  if (block.type === 'text') return [{ type: 'text', text: block.text }];
  if (block.type === 'image') {
    const { source } = block;
    const url = source.type === 'url' ? source.url : `data:${source.media_type};base64,${source.data}`;
    return [{ type: 'image_url', image_url: { url } }];
  }
  if (block.type === 'document') return [{ type: 'text', text: '[a document, which this endpoint cannot read]' }];
  return [];
}

/** What the model thought stays behind: the endpoint has no place for it. */
function ofAssistant(message: Message): object {
  const blocks = blocksOf(message);
  const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  const calls = blocks.flatMap((block) =>
    block.type === 'tool_use'
      ? [
          {
            id: block.id,
            type: 'function',
            function: { name: block.name, arguments: JSON.stringify(block.input ?? {}) },
          },
        ]
      : [],
  );
  return { role: 'assistant', content: text === '' ? null : text, ...(calls.length > 0 && { tool_calls: calls }) };
}

function plainText(content: string | readonly ContentBlock[]): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}
