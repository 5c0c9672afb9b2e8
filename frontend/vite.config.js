import { defineConfig } from "vite";

// The pages carry links to the hashed names through the manifest; nothing is inlined, so
// that the strict content policy of the pages holds.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/hoaban/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: { input: "src/main.js" },
  },
});
