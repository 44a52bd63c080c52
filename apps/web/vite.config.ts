import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { storeBackend, storeBackendOptions } from './vite/store-backend.ts';

const address = {
  host: process.env['HOST'] || '127.0.0.1',
  port: Number(process.env['WEB_PORT'] || process.env['PORT'] || 4200),
  strictPort: true,
  // Another page on this machine has no business with the store's session.
  cors: false,
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), storeBackend(storeBackendOptions(process.env))],
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: address,
  preview: address,
});
