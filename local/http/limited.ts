import { type Readable, Transform } from "node:stream";

/** What comes of a stream, up to so many bytes: at the first one beyond, `onExceeded` is called, and no more comes. */
export function limited(source: Readable, maxBytes: number, onExceeded: () => void): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      if (bytes <= maxBytes) return done(null, piece);
      // Never done: the one that reads gets no end, so that it can't take a part for the whole.
      source.unpipe(counter);
      return onExceeded();
    },
  });
  return source.pipe(counter);
}
