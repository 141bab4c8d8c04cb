// Reads a QR code with jsQR. On standard input: its modules row by row, "1" is dark. Prints what it says.
import { readFileSync } from 'node:fs';
import jsQR from 'jsqr';

const rows = readFileSync(0, 'utf8').trim().split('\n');
const scale = 4;
const quiet = 4;
const width = (rows[0].length + 2 * quiet) * scale;
const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
for (let y = 0; y < width; y += 1) {
  for (let x = 0; x < width; x += 1) {
    const dark = rows[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet] === '1';
    if (dark) pixels.set([0, 0, 0], (y * width + x) * 4);
  }
}
process.stdout.write(jsQR(pixels, width, width)?.data ?? '');
