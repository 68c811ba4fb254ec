-- A team member is one user. Where there are several, the one who was shown stays.
UPDATE memberships SET team_member_id = NULL, revision = revision + 1
WHERE team_member_id IS NOT NULL AND user_id > (
    SELECT MIN(m.user_id) FROM memberships m
    WHERE m.location_id = memberships.location_id AND m.team_member_id = memberships.team_member_id);
DROP INDEX memberships_by_team_member;
CREATE UNIQUE INDEX memberships_by_team_member ON memberships (location_id, team_member_id)
    WHERE team_member_id IS NOT NULL;
