// libyaml for Swift; every function and type that is needed imports as it is.
#ifndef ACCESSPOINT_CYAML_SHIM_H
#define ACCESSPOINT_CYAML_SHIM_H

#include <yaml.h>

#endif
