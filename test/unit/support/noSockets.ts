/** Importing this makes every attempt to open a socket fail: unit tests depend on nothing outside their process. */
import { Server, Socket } from 'node:net';

const refuse = (): never => {
  throw new Error('a unit test tried to open a socket');
};
Socket.prototype.connect = refuse;
Server.prototype.listen = refuse;
