// Import first: every server of this process listens on 127.0.0.1 only, whatever its library asks for.
import net from 'node:net';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...rest) {
  const port = typeof where === 'object' && where !== null ? where.port : where;
  const callback = rest.find((one) => typeof one === 'function');
  return listen.call(this, { port, host: '127.0.0.1' }, callback);
};
