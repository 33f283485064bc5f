/** Class names of a CSS module; a name that is not in the file is undefined, which className accepts. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module '*.css';
