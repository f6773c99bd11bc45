// Plain JavaScript, so that an old Node.js can say what is wrong instead of failing on the first TypeScript file.
const OLDEST = 24;
const found = process.versions.node;
if (Number.parseInt(found, 10) < OLDEST) {
  process.stderr.write(
    `needs Node.js ${OLDEST}, this is ${found}: run npm ci without --ignore-scripts, which installs it beside the project\n`,
  );
  process.exitCode = 1;
}
