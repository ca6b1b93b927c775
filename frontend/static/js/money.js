/* Money in the browser: the twin of marketplace/kernel/money.py. Amounts are BigInt 分.
 * tests/kernel/money_vectors.json holds both to the same answers. */

const LARGEST = 99999999999999999999n;
const SHIFTS = { "": 0, 元: 0, 圆: 0, 万: 4, 万元: 4, 万圆: 4, 亿: 8, 亿元: 8, 亿圆: 8 };
const AMOUNT = /^(?:人民币|RMB|CNY|¥)?(-?)([0-9][0-9,]*)(?:\.([0-9]+))?((?:万|亿)?[元圆]?)$/;
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];

const WORDS = {
  shape: ["请输入金额，例如 1280.50、1,280.50 元或 1.2 万元。", "Enter an amount, such as 1280.50 or 1.2万元."],
  comma: ["千位分隔符的位置不对，请每三位一个逗号，或者不写逗号。", "Commas go between groups of three digits."],
  fraction: ["金额最多精确到分。", "An amount has at most two decimals (分)."],
  large: ["金额过大。", "The amount is too large."],
};

/** The text is no amount; `code` is shape, comma, fraction or large; the message is for the reader. */
export class MoneyError extends Error {
  constructor(code) {
    const english = typeof document !== "undefined" && document.documentElement.lang.startsWith("en");
    super(WORDS[code][english ? 1 : 0]);
    this.code = code;
  }
}

/** The amount in 分 that a person typed: `1,000`, `1000元`, `1.2万元`, `３亿`. */
export function parseYuan(text) {
  const folded = text.normalize("NFKC").replace(/[ \t\r\n]/g, "").replace(/￥/g, "¥");
  const match = AMOUNT.exec(folded);
  if (!match || [...folded].length > 60) throw new MoneyError("shape");
  const [, sign, whole, fraction = "", unit] = match;
  if (whole.includes(",") && !/^[0-9]{1,3}(,[0-9]{3})+$/.test(whole)) throw new MoneyError("comma");
  return scaled(sign, whole.replace(/,/g, ""), fraction, SHIFTS[unit]);
}

function scaled(sign, whole, fraction, shift) {
  const padded = fraction.padEnd(shift + 2, "0");
  if (/[1-9]/.test(padded.slice(shift + 2))) throw new MoneyError("fraction");
  const amount = BigInt(whole + padded.slice(0, shift + 2));
  if (amount > LARGEST) throw new MoneyError("large");
  return sign ? -amount : amount;
}

/** `20,797,381.58`: 元 with two decimals. */
export function formatYuan(cents) {
  return grouped(cents, 2);
}

/** `128.60`: 万元 with two decimals at least and four more where the amount has them. */
export function formatWan(cents) {
  const long = grouped(cents, 6);
  return long.replace(/0{1,4}$/, "");
}

function grouped(cents, places) {
  const digits = magnitude(cents).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${cents < 0n ? "-" : ""}${whole}.${digits.slice(-places)}`;
}

function magnitude(cents) {
  const size = cents < 0n ? -cents : cents;
  if (size > LARGEST) throw new MoneyError("large");
  return size;
}

/** 大写金额 by 支付结算办法 附一: `10700053n` is 人民币壹拾万柒仟元零伍角叁分. */
export function inWords(cents) {
  const size = magnitude(cents);
  const head = `人民币${cents < 0n ? "负" : ""}`;
  if (size === 0n) return `${head}零元整`;
  const yuan = size / 100n;
  const jiao = Number((size / 10n) % 10n);
  const fen = Number(size % 10n);
  const words = yuan ? `${wholeWords(yuan)}元` : "";
  if (!jiao && !fen) return `${head}${words}整`;
  const zero = yuan && (!jiao || yuan % 10n === 0n) ? "零" : "";
  return head + words + zero + (jiao ? `${DIGITS[jiao]}角` : "") + (fen ? `${DIGITS[fen]}分` : "");
}

function wholeWords(number) {
  for (const [size, name] of [[100000000n, "亿"], [10000n, "万"]]) {
    if (number >= size) {
      const low = number % size;
      const gap = low > 0n && low < size / 10n ? "零" : "";
      return wholeWords(number / size) + name + gap + (low ? wholeWords(low) : "");
    }
  }
  return section(Number(number));
}

function section(number) {
  let words = "";
  let pending = false;
  for (const place of [3, 2, 1, 0]) {
    const digit = Math.floor(number / 10 ** place) % 10;
    if (digit) words += (pending && words ? "零" : "") + DIGITS[digit] + PLACES[place];
    pending = !digit;
  }
  return words;
}
