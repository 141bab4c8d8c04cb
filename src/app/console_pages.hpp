#pragma once

#include <edgeward/admin/page.hpp>

namespace edgeward::app {

// The console (docs/console.md): / and /console/<edition>/<file>. A file's address changes with its content,
// so that it may be kept for ever; of / a browser asks each time.
admin::Pages console_pages();

}  // namespace edgeward::app
