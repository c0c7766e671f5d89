/** Parses an amount of money into whole cents: `$1,200.50` is 120050. */
export function parseAmount(text) {
  const digits = text
    .trim()
    .replace(/^[$€£]/, '')
    .replace(',', '');
  const cents = Math.round(Number.parseFloat(digits) * 100);
  if (Number.isNaN(cents)) throw new Error(`Not an amount: ${text}`);
  return cents;
}

/** Writes cents as an amount with two decimals and thousands separators. */
export function formatAmount(cents) {
  const [whole, fraction] = (Math.abs(cents) / 100).toFixed(2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0 ? '-' : ''}${grouped}.${fraction}`;
}
