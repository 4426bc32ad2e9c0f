"""What instances of RDS for MySQL can be.

Source: Amazon RDS User Guide, "DB instance classes", "Amazon RDS DB instance storage", "MySQL on Amazon RDS versions",
"Performance Insights DB engine, Region, and instance class support", "Publishing MySQL logs to Amazon CloudWatch Logs"
and "Using SSL/TLS to encrypt a connection"; CreateDBInstance of the API reference.
"""

# What a version without its minor version stands for.
MINOR_VERSIONS = {"5.7": "5.7.44", "8.0": "8.0.43", "8.4": "8.4.6"}
LATEST = "8.4"

BURSTABLE = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
TO_16 = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
TO_24 = (*TO_16, "24xlarge")
TO_32 = (*TO_24, "32xlarge")
TO_48 = (*TO_24, "48xlarge")
SIZES = {
    "t3": BURSTABLE,
    "t4g": BURSTABLE,
    **dict.fromkeys(("m5", "m5d", "r5", "r5b", "r5d"), TO_24),
    **dict.fromkeys(("m6g", "m6gd", "m7g", "r6g", "r6gd", "r7g"), TO_16),
    **dict.fromkeys(("m6i", "m6id", "m6idn", "m6in", "r6i", "r6id", "r6idn", "r6in"), TO_32),
    **dict.fromkeys(("m7i", "m8g", "m8gd", "r7i", "r8g", "r8gd"), TO_48),
    "x2g": TO_16,
    "x2idn": ("16xlarge", "24xlarge", "32xlarge"),
    "x2iedn": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge", "24xlarge", "32xlarge"),
}
INSTANCE_CLASSES = frozenset(f"db.{family}.{size}" for family, sizes in SIZES.items() for size in sizes)
WITHOUT_INSIGHTS = frozenset({"db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small"})

# GiB.
STORAGE = {
    "gp2": range(20, 65537),
    "gp3": range(20, 65537),
    "io1": range(100, 65537),
    "io2": range(100, 65537),
    "standard": range(5, 3073),
}
# From this size on gp3 has IOPS and throughput to choose.
GP3_CHOICE_GIB = 400
MOST_MAX_STORAGE = 65536

BACKUP_DAYS = range(0, 36)
LOG_TYPES = ("audit", "error", "general", "iam-db-auth-error", "slowquery")
CERTIFICATE_AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
INSIGHTS_DAYS = (7, *(months * 31 for months in range(1, 24)), 731)
MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
RESERVED_USERS = ("rdsadmin", "rdsrepladmin", "mysql.sys", "mysql.session", "mysql.infoschema")


def minor_version(version):
    """A version of MySQL with its minor version."""
    return MINOR_VERSIONS.get(version, version)


def major_version(version):
    """A version of MySQL without its minor version."""
    return ".".join(version.split(".")[:2])
