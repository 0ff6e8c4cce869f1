"""What all tables share."""

from sqlalchemy import BigInteger, Double, MetaData

metadata = MetaData()

Instant = Double
Id = BigInteger
