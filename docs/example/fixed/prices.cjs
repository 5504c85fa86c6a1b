// The same service as heapdiff's report says to change it: who subscribes also unsubscribes.
"use strict";
const { EventEmitter } = require("node:events");

const feed = new EventEmitter();

function handleRequest(user) {
  const session = { user, prices: new Array(64).fill(0) };
  function onPrice(price) {
    session.prices[0] = price;
  }
  feed.on("price", onPrice);
  feed.emit("price", Math.random());
  feed.off("price", onPrice);
  return session.prices[0];
}

module.exports = { feed, handleRequest };
