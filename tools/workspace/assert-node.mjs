// Imported first by what npm scripts run: the wrong Node is told so, instead of failing somewhere deep.
const NEEDED = '24';

if (process.versions.node.split('.')[0] !== NEEDED) {
  console.error(
    `MangaAssist runs on Node ${NEEDED}; this is ${process.version} (${process.execPath}).\n` +
      'Use the npm scripts (npm start, npm test): they bring their own Node, in node_modules. If one of them told you this,\n' +
      'the install skipped it: run npm ci, without --ignore-scripts.',
  );
  process.exit(1);
}
