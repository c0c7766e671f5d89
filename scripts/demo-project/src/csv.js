/** Splits one line of CSV into its fields. A field in double quotes may hold commas; `""` in it is a quote. */
export function parseLine(line) {
  const fields = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted && char === '"' && line[i + 1] === '"') {
      field += '"';
      i++;
    } else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  fields.push(field);
  return fields;
}

/** Parses CSV whose first line names the columns, into one object a row. */
export function parseCsv(text) {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = parseLine(head ?? '');
  return lines.map((line) => {
    const fields = parseLine(line);
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']));
  });
}
