"""Tests of formats, transports and spool; no server but sockets of the tests."""
