-- Organizations as JSON.

-- name: item
json_build_object('id', p.org, 'version', p.version, 'name', p.name, 'currency', p.currency,
    'time_zone', p.time_zone, 'language', p.language, 'visibility', p.visibility)
