#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/admin/admin_server.hpp>

// Files for people's browsers, beside the routes: the same for everybody, by GET and HEAD, by HTTPS where
// people may sign in (AdminSettings::api) and nowhere else.
namespace edgeward::admin {

struct Page {
    std::string content_type;
    std::string_view body;  // lives as long as the program
    std::string cache_control;
    std::string etag;  // in its quotes
    std::string content_security_policy;
};
using Pages = std::map<std::vector<std::string>, Page>;  // by the path, as HttpRequest has it

// As start_admin_server() with routes alone. A page goes before a route of the same path.
Result<std::unique_ptr<AdminServer>> start_admin_server(const AdminSettings& settings,
                                                        const config::Credentials& credentials,
                                                        const boost::asio::any_io_executor& executor,
                                                        Routes routes, Pages pages);

}  // namespace edgeward::admin
