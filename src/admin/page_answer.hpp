#pragma once

#include <string_view>

#include <edgeward/admin/page.hpp>

#include "dispatcher.hpp"

namespace edgeward::admin {

// The page itself; 304 without a body when the browser has it (`known`: the field If-None-Match, RFC 9110
// 13.1.2); 405 for another method than GET.
Answer answer_with(const Page& page, std::string_view method, std::string_view known);

}  // namespace edgeward::admin
