// npm start. Plain JavaScript, so that a wrong Node is told so before it meets TypeScript;
// Node 24 itself strips the types of src/, which holds nothing but erasable syntax.
await import(new URL('../workspace/assert-node.mjs', import.meta.url).href);
await import('./src/main.ts');
