# found: code exec 6, name _getframe 6, code eval 7, name f_locals 8
# Text that is decoded and run.
import base64
import codecs

exec(base64.b64decode("aW1wb3J0IHN5czsgZiA9IHN5cy5fZ2V0ZnJhbWUoMSk="))
RUN = eval
RUN(codecs.decode("s.s_ybpnyf", "rot13"))
