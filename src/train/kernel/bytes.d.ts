/** The bundler and the test runner import a .wasm file as its bytes. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
