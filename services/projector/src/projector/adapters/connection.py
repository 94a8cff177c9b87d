"""A connection to PostgreSQL, of our own or out of a pool."""

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
