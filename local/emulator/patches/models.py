"""What moto keeps of everything that it ever made (moto 5.2.1)."""

from moto.core.common_models import BaseModel

from patching import replace

# At a reset S3 closes the files of its objects, which it finds so.
NEEDED_BY_MOTO = "moto.s3"


def forget_what_is_gone():
    """Symptom (moto 5.2.1): memory grows with each task, network interface and log event, for ever: moto keeps every
    object that it ever made, deleted or not, to show it at /moto-api/data.json.
    AWS: has no such page. Here it shows the objects of S3 only.
    """

    @replace(BaseModel, "__new__")
    @staticmethod
    def new(cls, *_args, **_kwargs):
        made = super(BaseModel, cls).__new__(cls)
        if cls.__module__.startswith(NEEDED_BY_MOTO):
            cls.instances_tracked.append(made)
        return made


PATCHES = (forget_what_is_gone,)
