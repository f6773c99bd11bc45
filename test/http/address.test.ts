import { describe, expect, it } from 'vitest';
import { guardAddress, isLoopback } from '../../src/http/address.ts';

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['[::ffff:127.0.0.1]', true],
    ['128.0.0.1', false],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
  ])('%s: %s', (hostname, expected) => {
    expect(isLoopback(new URL(`http://${hostname}/`).hostname)).toBe(expected);
  });
});

describe('guardAddress', () => {
  it.each([
    ['https://registry.example.com', 'https://storage.example.com/blob'],
    ['https://10.0.0.1:5000', 'https://10.0.0.1:9000/blob'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token'],
    ['http://127.0.0.1:5000', 'https://auth.example.com/token'],
  ])('lets %s lead to %s', (server, named) => {
    expect(() => guardAddress(new URL(named), new URL(server), 'pull')).not.toThrow();
  });

  it.each([
    ['https://registry.example.com', 'http://registry.example.com/blob'],
    ['https://registry.example.com', 'https://127.0.0.1/'],
    ['https://registry.example.com', 'https://2130706433/'],
    ['https://registry.example.com', 'https://0x7f.1/'],
    ['https://registry.example.com', 'https://localhost/'],
    ['https://registry.example.com', 'https://api.localhost/'],
    ['https://registry.example.com', 'https://192.168.1.1/'],
    ['https://registry.example.com', 'https://172.31.0.1/'],
    ['https://registry.example.com', 'https://100.100.100.200/'],
    ['https://registry.example.com', 'https://[fd00::1]/'],
    ['https://registry.example.com', 'https://[fe80::1]/'],
    ['https://registry.example.com', 'https://[::ffff:10.0.0.1]/'],
    ['https://10.0.0.1', 'https://10.0.0.2/'],
  ])('does not let %s lead to %s', (server, named) => {
    const guard = () => guardAddress(new URL(named), new URL(server), 'pull');
    expect(guard).toThrow(expect.objectContaining({ code: 'UNREACHABLE' }));
  });
});
