// A small service with a leak: every request subscribes to the feed, and none unsubscribes.
"use strict";
const { EventEmitter } = require("node:events");

const feed = new EventEmitter();
feed.setMaxListeners(0); // the warning was "fixed" here

function handleRequest(user) {
  const session = { user, prices: new Array(64).fill(0) };
  feed.on("price", function onPrice(price) {
    session.prices[0] = price;
  });
  feed.emit("price", Math.random());
  return session.prices[0];
}

module.exports = { feed, handleRequest };
